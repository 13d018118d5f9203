import type { Catalogue } from './catalogue.js';
import { allLevels, type Item, type Level, resolve } from './levels.js';
import type { LimitName } from './limits.js';
import { distributedItems, Equalities, hasDistributed, keyOf, ownerKey } from './owners.js';
import { fieldsOf, has, isFields, listOf, nodeOf } from './tree.js';

/** Finds what Citus refuses in a statement that concerns several owners. */
export function* findInReads(statement: Level, catalogue: Catalogue): Iterable<LimitName> {
  for (const level of allLevels(statement)) {
    const { fields } = level;
    if (isFields(fields['withClause']) && fields['withClause']['recursive'] === true) yield 'recursive';
    if (listOf(fields['lockingClause']).length > 0) yield 'lockRows';
    if (has(fields['groupClause'], ({ kind }) => kind === 'GroupingSet')) yield 'groupingSets';
    if (has(fields['fromClause'], ({ kind }) => kind === 'RangeTableSample')) yield 'sample';
    if (level.kind === 'SelectStmt') yield* findInJoins(level);
    const isInChange = level.place === 'expression' && level.above?.kind !== 'SelectStmt';
    if (level.place === 'lateral' || level.place === 'expression')
      yield* findInCorrelated(level, isInChange, catalogue);
  }
}

function* findInJoins(level: Level): Iterable<LimitName> {
  const [first, ...others] = distributedItems(level);
  if (first === undefined) return;
  const conditions = [...level.conditions, ...level.outerJoins.flatMap((join) => join.conditions)];
  const equalities = new Equalities(level, conditions);
  if (others.some((item) => !equalities.areEqual(ownerKey(item), ownerKey(first)))) yield 'join';
  for (const { kind, left, right } of level.outerJoins) {
    const kept = { JOIN_LEFT: [left], JOIN_RIGHT: [right], JOIN_FULL: [left, right] }[kind] ?? [];
    if ([...left, ...right].some(isOfOwners) && kept.some((items) => !items.some(isOfOwners))) yield 'outerJoin';
  }
}

/** A distributed table, or a subquery of one that Citus runs on each node. */
function isOfOwners({ owner, level }: Item): boolean {
  return owner !== undefined || (level !== undefined && level.place !== 'with' && hasDistributed(level));
}

/** A subquery that names a column from outside of it cannot be run before the rest. */
function* findInCorrelated(level: Level, isInChange: boolean, catalogue: Catalogue): Iterable<LimitName> {
  const inside = new Set(allLevels(level));
  const isFromOutside = (names: readonly string[], at: Level) => {
    const found = resolve(names, at);
    return found !== undefined && !inside.has(found.level);
  };
  if (!allLevels(level).some((each) => each.columns.some((names) => isFromOutside(names, each)))) return;
  const { fields } = level;
  const equalities = new Equalities(level);
  const outer = ownersAbove(level);
  const isBound = (item: Item) => outer.some((each) => equalities.areEqual(ownerKey(item), ownerKey(each)));
  if (!isInChange && !allLevels(level).flatMap(distributedItems).every(isBound)) {
    yield level.place === 'lateral' ? 'lateral' : 'correlated';
  }
  const hasLimit = ['limitCount', 'limitOffset', 'distinctClause'].some((clause) => fields[clause] !== undefined);
  if (hasLimit) yield 'correlatedLimit';
  const owners = distributedItems(level).map(ownerKey);
  const isGrouped = listOf(fields['groupClause']).some((each) => owners.includes(keyOf(each, level) ?? ''));
  if (isAggregate(level, catalogue) && !isGrouped) yield 'correlatedAggregate';
}

function ownersAbove({ above }: Level): readonly Item[] {
  return above === undefined ? [] : [...distributedItems(above), ...ownersAbove(above)];
}

function isAggregate({ fields, calls }: Level, { aggregates }: Catalogue): boolean {
  if (listOf(fields['groupClause']).length > 0 || fields['havingClause'] !== undefined) return true;
  if (!calls.some((name) => aggregates.includes(name))) return false;
  return has(fields['targetList'], (node) => {
    const call = fieldsOf({ [node.kind]: node.fields }, 'FuncCall');
    const name = nodeOf(listOf(call?.['funcname']).at(-1))?.fields['sval'];
    return call?.['over'] === undefined && typeof name === 'string' && aggregates.includes(name);
  });
}
