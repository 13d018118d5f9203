import { hasMutable } from './calls.js';
import type { Catalogue } from './catalogue.js';
import { allLevels, type Item, type Level, resolve } from './level.js';
import type { LimitName } from './limits.js';
import { distributedItems, Equalities, hasDistributed, ownerKey } from './owners.js';
import { has, isFields, listOf } from './tree.js';

/** Finds what Citus refuses in a statement that concerns several owners. */
export function* findInReads(statement: Level, catalogue: Catalogue): Iterable<LimitName> {
  for (const level of allLevels(statement)) {
    const { fields } = level;
    if (isFields(fields['withClause']) && fields['withClause']['recursive'] === true) yield 'recursive';
    if (listOf(fields['lockingClause']).length > 0) yield 'lockRows';
    if (has(fields['groupClause'], ({ kind }) => kind === 'GroupingSet')) yield 'groupingSets';
    if (has(fields['fromClause'], ({ kind }) => kind === 'RangeTableSample')) yield 'sample';
    if (hasMutableTable(fields['fromClause'], catalogue)) yield 'tableFunction';
    if (level.kind === 'SelectStmt') yield* findInJoins(level);
    const isInChange = level.place === 'expression' && level.above?.kind !== 'SelectStmt';
    if (level.place === 'lateral' || level.place === 'expression') yield* findInCorrelated(level, isInChange);
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

function hasMutableTable(from: unknown, catalogue: Catalogue): boolean {
  return has(from, ({ kind, fields }) => kind === 'RangeFunction' && hasMutable(fields['functions'], catalogue));
}

/** A subquery that names a column from outside of it cannot be run before the rest. */
function* findInCorrelated(level: Level, isInChange: boolean): Iterable<LimitName> {
  const inside = new Set(allLevels(level));
  const isFromOutside = (names: readonly string[], at: Level) => {
    const found = resolve(names, at);
    return found !== undefined && !inside.has(found.level);
  };
  if (!allLevels(level).some((each) => each.columns.some((names) => isFromOutside(names, each)))) return;
  if (!isInChange && !allLevels(level).every(isBoundAbove)) yield level.place === 'lateral' ? 'lateral' : 'correlated';
  const isUnion = ({ fields }: Level) => ['SETOP_NONE', 'SETOP_UNION'].includes(String(fields['op']));
  if (isFields(level.fields['withClause']) || !isUnion(level)) yield 'correlatedWith';
}

/** Whether each distributed table is joined with one outside of the subquery on the distribution column. */
function isBoundAbove(level: Level): boolean {
  const equalities = new Equalities(level);
  const above = ownersAbove(level);
  return distributedItems(level).every((item) =>
    above.some((each) => equalities.areEqual(ownerKey(item), ownerKey(each))),
  );
}

function ownersAbove({ above }: Level): readonly Item[] {
  return above === undefined ? [] : [...distributedItems(above), ...ownersAbove(above)];
}
