/** The first and last dates that the domain can represent, as PostgreSQL reads them. */
export const EARLIEST_DATE = '0001-01-01';
export const LATEST_DATE = '9999-12-31 23:59:59.999999';

/** Returns an expression for the date as the domain reads it: the nearest one it can represent. */
export function representable(expression: string): string {
  return `least(greatest(${expression}, timestamp '${EARLIEST_DATE}'), timestamp '${LATEST_DATE}')`;
}
