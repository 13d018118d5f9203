import { loadModule, parseSync } from 'libpg-query';
import type { Catalogue } from './catalogue.js';
import { findInChanges } from './changes.js';
import { allLevels, type Level } from './level.js';
import type { LimitName } from './limits.js';
import { distributedItems, singleOwner } from './owners.js';
import { LevelReader } from './read-levels.js';
import { findInReads } from './reads.js';
import { type Fields, isFields, nodeOf } from './tree.js';

await loadModule();

/** The row whose trigger a statement is in: its owner, as the function names it. */
export interface TriggerRow {
  readonly owners: readonly string[];
}

/**
 * Returns the limits of Citus that a text of statements breaks. Statements that name no distributed table, and those about
 * tables themselves (the stand-in looks at their outcome), break none.
 *
 * @param row if the statement is in a trigger of a distributed table
 * @throws SqlError if it is not in PostgreSQL's grammar
 */
export function checkStatement(text: string, catalogue: Catalogue, row?: TriggerRow): readonly LimitName[] {
  const { stmts = [] } = parseSync(text);
  const found = stmts.flatMap(({ stmt }) => {
    const level = new LevelReader(catalogue.tables).read(queryOf(stmt));
    return level === undefined ? [] : [...findIn(level, catalogue, row)];
  });
  return [...new Set(found)];
}

function* findIn(statement: Level, catalogue: Catalogue, row: TriggerRow | undefined): Iterable<LimitName> {
  const levels = allLevels(statement);
  const isDistributed = levels.some((level) => distributedItems(level).length > 0);
  const isOrdinary = levels.some(({ items }) =>
    items.some(({ table, owner }) => table !== undefined && owner === undefined),
  );
  if (row !== undefined && isOrdinary) yield 'triggerTable';
  if (!isDistributed) return;
  if (isOrdinary) yield 'mixed';
  if (levels.some(({ columns }) => columns.some((names) => SYSTEM_COLUMNS.includes(names.at(-1) ?? '')))) {
    yield 'systemColumn';
  }
  const calls = levels.flatMap((level) => level.calls);
  if (calls.some((name) => SESSION.test(name))) yield 'session';
  const { own, volatile, stable } = catalogue;
  if (calls.some((name) => own.includes(name) && (volatile.includes(name) || stable.includes(name)))) {
    yield 'ownFunction';
  }
  const owner = singleOwner(statement);
  if (row !== undefined && !row.owners.some((each) => owner === `value ${each}`)) yield 'triggerOwner';
  yield* findInChanges(statement, owner !== undefined, catalogue);
  if (owner === undefined) yield* findInReads(statement, catalogue);
}

const SYSTEM_COLUMNS = ['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'];

/** What is of the session or the server that it is called in. */
const SESSION =
  /^(set_config|current_setting|pg_notify|pg_sleep.*|pg_(try_)?advisory_.*|pg_backend_pid|pg_current_.*|txid_.*|nextval|lastval|setval)$/;

/** The query inside of EXPLAIN, COPY, DECLARE CURSOR, PREPARE and CREATE TABLE … AS. */
function queryOf(statement: unknown): unknown {
  const node = nodeOf(statement);
  const inner: Fields | undefined = node?.fields;
  return isFields(inner?.['query']) ? queryOf(inner['query']) : statement;
}
