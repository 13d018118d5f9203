import { hash } from 'node:crypto';

/** In bytes. Texts of records have no length limit, so the fold shortens longer ones wherever it reads or stores them. */
export const LONGEST = 1_000;

/**
 * A column's text; for a long text, its beginning and its SHA-256. A shortened text still has more than 1,000 bytes, so
 * no two texts become equal. The byte order is kept, except among long texts that share their first 1,000 characters.
 */
export function shortened(column: string): string {
  return `case when octet_length(${column}) <= ${LONGEST} then ${column}
    else left(${column}, ${LONGEST}) || '… SHA-256 ' || encode(sha256(convert_to(${column}, 'UTF8')), 'hex') end`;
}

/** The cost of shortening and reading a text, in bytes, known without reading it. */
export function costOf(column: string): string {
  return `(least(octet_length(${column}), ${LONGEST}) + octet_length(${column}) / 16)`;
}

/** The SHA-256 of the whole text, from the text as `shortened` returns it. */
export function digestOf(text: string): string {
  return `case when octet_length(${text}) <= ${LONGEST} then sha256(convert_to(${text}, 'UTF8')) else decode(right(${text}, 64), 'hex') end`;
}

/** The same digest as `digestOf` computes in SQL, as hex. */
export function digestText(text: string): string {
  return Buffer.byteLength(text) <= LONGEST ? hash('sha256', text, 'hex') : text.slice(-64);
}
