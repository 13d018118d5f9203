import type { Fields } from './tree.js';

/** Something in a FROM clause, or the target of a change. */
export interface Item {
  readonly id: number;
  readonly alias: string;
  /** The name of the table, distributed or not, if it is one. */
  readonly table?: string;
  /** The distribution column, if it is a distributed table. */
  readonly owner?: string;
  /** Undefined if unknown. */
  readonly columns?: readonly string[] | undefined;
  /** The subquery, in FROM or under WITH. */
  readonly level?: Level;
}

interface OuterJoin {
  readonly kind: string;
  readonly left: readonly Item[];
  readonly right: readonly Item[];
  readonly conditions: readonly unknown[];
}

/** A SELECT, INSERT, UPDATE or DELETE, or one inside of another. */
export interface Level {
  readonly kind: string;
  readonly fields: Fields;
  readonly place: 'statement' | 'set' | 'with' | 'from' | 'lateral' | 'expression';
  readonly above: Level | undefined;
  readonly items: Item[];
  /** What holds for each of its rows: the parts of WHERE and of the conditions of inner joins. */
  readonly conditions: unknown[];
  readonly outerJoins: OuterJoin[];
  /** The columns that it names, as their parts. */
  readonly columns: (readonly string[])[];
  readonly calls: string[];
  readonly below: Level[];
}

/** A level and all below it, outer ones first. */
export function allLevels(level: Level): readonly Level[] {
  return [level, ...level.below.flatMap(allLevels)];
}

/** Finds the item that a column is of, here or above; undefined for a variable of PL/pgSQL. */
export function resolve(
  names: readonly string[],
  level: Level | undefined,
): { readonly item: Item; readonly level: Level; readonly column: string } | undefined {
  const column = names.at(-1);
  if (level === undefined || column === undefined) return undefined;
  const alias = names.length > 1 ? names.at(-2) : undefined;
  const item =
    alias === undefined
      ? (level.items.find(({ columns }) => columns?.includes(column)) ??
        level.items.find(({ columns }) => columns === undefined))
      : level.items.find((each) => each.alias === alias || (each.table === alias && each.alias === each.table));
  return item === undefined ? resolve(names, aboveFor(level)) : { item, level, column };
}

/** Whose columns a level sees besides its own. */
function aboveFor({ place, above }: Level): Level | undefined {
  if (place === 'lateral' || place === 'expression') return above;
  return above === undefined || place === 'statement' ? undefined : aboveFor(above);
}
