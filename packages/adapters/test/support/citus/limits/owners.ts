import { allLevels, type Item, type Level, resolve } from './level.js';
import { canonical, fieldsOf, listOf, namesOf, nodeOf, textOf } from './tree.js';

/** What must be equal in each row of a level: distribution columns, other columns, and values. */
export class Equalities {
  readonly #groups: Set<string>[] = [];

  constructor(level: Level, conditions: readonly unknown[] = level.conditions) {
    for (const condition of conditions) this.#read(condition, level);
  }

  /** Whether these two are equal: `ownerKey` makes them. */
  areEqual(one: string, other: string): boolean {
    return one === other || this.#groups.some((group) => group.has(one) && group.has(other));
  }

  /** The parameters, constants and variables that something is equal to. */
  valuesOf(key: string): readonly string[] {
    return [...(this.#groups.find((group) => group.has(key)) ?? [])].filter((each) => each.startsWith('value '));
  }

  #read(condition: unknown, level: Level): void {
    const equation = fieldsOf(condition, 'A_Expr');
    if (equation?.['kind'] !== 'AEXPR_OP' || namesOf(equation['name']).at(-1) !== '=') return;
    const left = sidesOf(equation['lexpr']);
    const right = sidesOf(equation['rexpr']);
    // (a, b) = (c, d) is a = c and b = d.
    for (const [index, side] of left.entries()) this.#join(keyOf(side, level), keyOf(right[index], level));
  }

  #join(one: string | undefined, other: string | undefined): void {
    if (one === undefined || other === undefined) return;
    const joined = this.#groups.filter((group) => group.has(one) || group.has(other));
    for (const group of joined) this.#groups.splice(this.#groups.indexOf(group), 1);
    this.#groups.push(new Set([one, other, ...joined.flatMap((group) => [...group])]));
  }
}

function sidesOf(side: unknown): readonly unknown[] {
  const row = fieldsOf(side, 'RowExpr');
  return row === undefined ? [side] : listOf(row['args']);
}

/** Returns what stands for a column or a value; undefined for anything that Citus would not look through. */
export function keyOf(expression: unknown, level: Level): string | undefined {
  const node = nodeOf(expression);
  if (node?.kind === 'ColumnRef') {
    const names = namesOf(node.fields['fields']);
    const found = resolve(names, level);
    return found === undefined ? `value ${names.join('.')}` : columnKey(found.item, found.column);
  }
  const value = withoutCasts(expression);
  return ['ParamRef', 'A_Const'].includes(nodeOf(value)?.kind ?? '') ? `value ${canonical(value)}` : undefined;
}

function withoutCasts(expression: unknown): unknown {
  const cast = fieldsOf(expression, 'TypeCast');
  return cast === undefined ? expression : withoutCasts(cast['arg']);
}

function columnKey({ id }: Item, column: string): string {
  return `column ${id} ${column}`;
}

export function ownerKey(item: Item): string {
  return columnKey(item, item.owner ?? '');
}

/** The distributed tables of a level. */
export function distributedItems({ items }: Level): readonly Item[] {
  return items.filter(({ owner }) => owner !== undefined);
}

export function hasDistributed(level: Level): boolean {
  return allLevels(level).some((each) => distributedItems(each).length > 0);
}

/**
 * Returns the one value to which every distributed table of a statement is bound where it is named; undefined if there is
 * none. Citus sends such a statement to one node as it is.
 */
export function singleOwner(statement: Level): string | undefined {
  const bound = allLevels(statement).flatMap((level) => {
    const equalities = new Equalities(level);
    return distributedItems(level).map((item) =>
      level.kind === 'InsertStmt' && item === level.items[0]
        ? insertedOwner(level, item)
        : equalities.valuesOf(ownerKey(item)),
    );
  });
  return bound[0]?.find((value) => bound.every((values) => values.includes(value)));
}

/** The owner that an INSERT … VALUES gives to its rows, if it is the same for each. */
function insertedOwner(level: Level, item: Item): readonly string[] {
  const rows = insertedOwners(level, item);
  const keys = new Set(rows.map((row) => (row === undefined ? undefined : keyOf(row, level))));
  const [key] = keys;
  return keys.size === 1 && key?.startsWith('value ') ? [key] : [];
}

/** The owner of each row of VALUES; undefined where the row has none. */
export function insertedOwners({ fields }: Level, { columns, owner }: Item): readonly unknown[] {
  const named = listOf(fields['cols']).map((each) => textOf(fieldsOf(each, 'ResTarget')?.['name']));
  const place = (named.length > 0 ? named : [...(columns ?? [])]).indexOf(owner);
  const rows = listOf(nodeOf(fields['selectStmt'])?.fields['valuesLists']);
  return rows.map((row) => listOf(fieldsOf(row, 'List')?.['items'])[place]);
}
