import { type RawBuilder, sql } from 'kysely';

/** The indexes hold this many characters of a text without a length limit. */
export const INDEXED = 64;

/** Returns what the indexes hold of a text. */
export function indexedPart(text: string): string {
  return firstCharacters(text, INDEXED);
}

/** Returns the beginning of a text. Characters are code points, as PostgreSQL's `left` counts them. */
export function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : [...text.slice(0, 2 * count)].slice(0, count).join('');
}

/** The condition that a column has a value, in the form that an index of beginnings knows. */
export function isIndexed(column: RawBuilder<unknown>, value: unknown): RawBuilder<boolean> {
  const length = sql.lit(INDEXED);
  return sql<boolean>`(left(${column}, ${length}) = left(${value}, ${length}) and ${column} = ${value})`;
}
