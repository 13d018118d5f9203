import { stringify } from 'csv-stringify/sync';

/** The value of a cell; null is an empty field. */
export type CsvValue = string | number | boolean | null;

export const CSV_CONTENT_TYPE = 'text/csv; charset=utf-8; header=present';

/**
 * A text that begins with one of these may be a formula to a spreadsheet (OWASP, CSV Injection): line ends are cut off, and
 * full-width forms mean the same. A space is neither.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Writes lines of CSV (RFC 4180: commas, quotes where needed, CRLF). Numbers are never altered. */
export function csvLines(rows: readonly (readonly CsvValue[])[]): string {
  return stringify(
    rows.map((row) => row.map(guarded)),
    { record_delimiter: '\r\n', quoted_match: /[\r\n]/, cast: { boolean: String, number: String } },
  );
}

/** A text from outside must not become a formula in the spreadsheet that opens the file. */
function guarded(value: CsvValue): CsvValue {
  return typeof value === 'string' && FORMULA.test(value) ? `'${value}` : value;
}
