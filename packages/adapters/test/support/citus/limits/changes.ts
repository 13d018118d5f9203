import { calledBy, hasMutable } from './calls.js';
import type { Catalogue } from './catalogue.js';
import { allLevels, type Level } from './level.js';
import type { LimitName } from './limits.js';
import { distributedItems, Equalities, hasDistributed, insertedOwners, keyOf, ownerKey } from './owners.js';
import { fieldsOf, has, isFields, listOf, type Node, nodeOf, textOf } from './tree.js';

/** Finds what Citus refuses in the changes of a statement, whether it is bound to one owner or not. */
export function* findInChanges(statement: Level, isSingle: boolean, catalogue: Catalogue): Iterable<LimitName> {
  for (const level of allLevels(statement)) {
    const [target] = level.items;
    if (level.kind === 'SelectStmt') continue;
    if (level.place === 'with' && ['InsertStmt', 'MergeStmt'].includes(level.kind)) yield 'insertInWith';
    if (!isSingle && level.place === 'with') yield 'changeInWith';
    if (target?.owner === undefined) continue;
    if (level.kind === 'MergeStmt') yield 'merge';
    if (level.kind === 'InsertStmt') yield* findInInsert(level, catalogue);
    else if (level.kind !== 'MergeStmt') yield* findInUpdate(level, isSingle, catalogue);
    const returning = isFields(level.fields['returningClause'])
      ? level.fields['returningClause']
      : level.fields['returningList'];
    if (hasMutable(returning, catalogue)) yield 'returning';
  }
}

function* findInInsert(level: Level, catalogue: Catalogue): Iterable<LimitName> {
  const [target] = level.items;
  const source = nodeOf(level.fields['selectStmt']);
  const isValues = listOf(source?.fields['valuesLists']).length > 0;
  if (target === undefined) return;
  if (!isValues) yield 'insertSelect';
  else if (has(source, ({ kind }) => kind === 'SubLink')) yield 'insertSubquery';
  for (const owner of isValues ? insertedOwners(level, target) : []) {
    if (!keyOf(owner, level)?.startsWith('value ')) yield 'insertOwner';
  }
  if (changesOwner(level.fields['onConflictClause'], target.owner)) yield 'changedOwner';
  if (hasMutable(level.fields['onConflictClause'], catalogue)) yield 'conflict';
}

function* findInUpdate(level: Level, isSingle: boolean, catalogue: Catalogue): Iterable<LimitName> {
  const [target, ...others] = level.items;
  const { targetList, whereClause, fromClause, usingClause, withClause } = level.fields;
  if (target === undefined) return;
  if (changesOwner(level.fields, target.owner)) yield 'changedOwner';
  const parts = [targetList, whereClause, fromClause, usingClause, withClause];
  const named = (names: readonly string[]) => (node: Node) => names.includes(calledBy(node) ?? '');
  if (has(parts, named(catalogue.volatile))) yield 'volatile';
  const isStableOfColumn = (node: Node) =>
    named(catalogue.stable)(node) && has(node.fields['args'], ({ kind }) => kind === 'ColumnRef');
  if (has(parts, isStableOfColumn)) yield 'stableOfColumn';
  const isConditional = (node: Node) =>
    ['CaseExpr', 'CoalesceExpr'].includes(node.kind) && hasMutable(node.fields, catalogue);
  if (has(parts, isConditional)) yield 'conditional';
  if (isSingle) return;
  if (isFields(withClause)) yield 'changeInWith';
  const equalities = new Equalities(level);
  const joined = others.every((item) => item.owner && equalities.areEqual(ownerKey(item), ownerKey(target)));
  if (!joined) yield 'changeJoin';
  for (const below of level.below.filter(({ place }) => place === 'expression')) {
    const inner = new Equalities(below);
    const isBound = distributedItems(below).some((item) => inner.areEqual(ownerKey(item), ownerKey(target)));
    if (!isBound && !(hasDistributed(below) && isInOwners(level, below))) yield 'changeSubquery';
  }
}

/** `owner in (select owner from …)`, both distribution columns. */
function isInOwners(level: Level, below: Level): boolean {
  const [target] = level.items;
  const [output, ...others] = listOf(below.fields['targetList']);
  const value = fieldsOf(output, 'ResTarget')?.['val'];
  const owners = distributedItems(below).map(ownerKey);
  return level.conditions.some((condition) => {
    const link = fieldsOf(condition, 'SubLink');
    return (
      link?.['subLinkType'] === 'ANY_SUBLINK' &&
      nodeOf(link['subselect'])?.fields === below.fields &&
      target !== undefined &&
      keyOf(link['testexpr'], level) === ownerKey(target) &&
      others.length === 0 &&
      owners.includes(keyOf(value, below) ?? '')
    );
  });
}

function changesOwner(clause: unknown, owner: string | undefined): boolean {
  const targets = isFields(clause) ? listOf(clause['targetList']) : [];
  return targets.some((each) => textOf(fieldsOf(each, 'ResTarget')?.['name']) === owner);
}
