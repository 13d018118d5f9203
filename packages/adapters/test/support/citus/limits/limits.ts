const CITUS = 'https://github.com/citusdata/citus/blob/main/src/';
const PLANNER = `${CITUS}backend/distributed/planner/`;
const SQL = 'https://docs.citusdata.com/en/stable/develop/reference_workarounds.html';
const OURS = 'docs/citus.md';

/** A limit on statements that name a distributed table, and where it is written. */
export interface Limit {
  readonly says: string;
  readonly source: string;
}

/** Citus's limits on statements. "Several owners" is what Citus calls a cross-node or multi-shard query. */
export const LIMITS = {
  mixed: { says: 'an ordinary table is named together with a distributed one', source: OURS },
  systemColumn: {
    says: 'ctid and the other system columns differ from node to node',
    source: `${SQL} (https://github.com/citusdata/citus/issues/1131)`,
  },
  session: {
    says: 'a function about the session, a lock or a notification would run on a node',
    source: OURS,
  },
  ownFunction: { says: 'a function of ours that is not immutable would run on a node', source: OURS },
  sqlFunction: {
    says: 'a function in SQL cannot pass its parameters to a distributed table; one in PL/pgSQL can',
    source: `${PLANNER}distributed_planner.c ("could not create distributed plan")`,
  },
  merge: { says: 'MERGE', source: `${PLANNER}merge_planner.c` },
  insertSelect: {
    says: 'INSERT … SELECT, which is run in two steps or refused',
    source: `${PLANNER}insert_select_planner.c`,
  },
  insertSubquery: { says: 'subqueries within INSERT', source: SQL },
  insertOwner: {
    says: 'INSERT without a value for the distribution column that is a parameter or a constant',
    source: `${PLANNER}multi_router_planner.c ("cannot perform an INSERT without a partition column value")`,
  },
  changedOwner: {
    says: 'the distribution column is changed',
    source: `${PLANNER}multi_router_planner.c ("modifying the partition value of rows is not allowed")`,
  },
  volatile: { says: 'a volatile function in an UPDATE or DELETE', source: SQL },
  stableOfColumn: { says: 'a stable function of a column in an UPDATE or DELETE', source: SQL },
  conditional: {
    says: 'a function that is not immutable inside of CASE or COALESCE in an UPDATE or DELETE',
    source: `${PLANNER}multi_router_planner.c ("non-IMMUTABLE functions are not allowed in CASE or COALESCE statements")`,
  },
  conflict: {
    says: 'a function that is not immutable in ON CONFLICT',
    source: `${PLANNER}multi_router_planner.c ("functions used in the DO UPDATE SET clause")`,
  },
  returning: {
    says: 'a function that is not immutable in RETURNING',
    source: `${PLANNER}multi_router_planner.c ("non-IMMUTABLE functions are not allowed in the RETURNING clause")`,
  },
  insertInWith: {
    says: 'INSERT or MERGE under WITH',
    source: `${PLANNER}multi_router_planner.c ("only SELECT, UPDATE, or DELETE common table expressions may be router planned")`,
  },
  changeInWith: { says: 'a change of several owners under WITH, or beside WITH', source: OURS },
  changeJoin: {
    says: 'UPDATE or DELETE of several owners joined with something but on the distribution column',
    source: `${PLANNER}multi_router_planner.c`,
  },
  changeSubquery: {
    says: 'UPDATE or DELETE of several owners with a subquery but on the distribution column',
    source: `${PLANNER}multi_router_planner.c`,
  },
  join: {
    says: 'distributed tables of several owners joined but by equality of their distribution columns',
    source: `${PLANNER}query_pushdown_planning.c ("complex joins are only supported when all distributed tables are co-located and joined on their distribution columns")`,
  },
  outerJoin: {
    says: 'an outer join of several owners keeps the rows of something that is not distributed',
    source: SQL,
  },
  lateral: { says: 'LATERAL over several owners but on the distribution column', source: SQL },
  correlated: { says: 'a correlated subquery over several owners but on the distribution column', source: SQL },
  correlatedWith: {
    says: 'WITH, INTERSECT or EXCEPT in a correlated subquery over several owners',
    source: `${PLANNER}query_pushdown_planning.c ("Common Table Expressions are currently unsupported")`,
  },
  tableFunction: {
    says: 'a function that is not immutable in FROM over several owners',
    source: `${PLANNER}query_pushdown_planning.c ("Only immutable functions can be used as a table expressions in a multi-shard query")`,
  },
  recursive: { says: 'WITH RECURSIVE over several owners', source: SQL },
  lockRows: { says: 'SELECT … FOR UPDATE over several owners', source: SQL },
  groupingSets: { says: 'grouping sets over several owners', source: SQL },
  sample: { says: 'TABLESAMPLE over several owners', source: SQL },
  triggerTable: {
    says: 'a trigger of a distributed table names an ordinary one, which its node does not have',
    source: `${CITUS}test/regress/expected/distributed_triggers.out`,
  },
  triggerOwner: {
    says: 'a statement in a trigger of a distributed table is not bound to the owner of its row',
    source: `${CITUS}test/regress/expected/distributed_triggers.out ("cannot execute a distributed query from a query on a shard")`,
  },
  dynamic: { says: 'EXECUTE, whose statement cannot be read beforehand', source: OURS },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;
