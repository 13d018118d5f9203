/** A row of a statement for many inputs. */
export interface Numbered {
  /** Which input it answers, counted from 1. */
  readonly n: number;
}

/** The rows in the order of their inputs; undefined where an input has none. */
export function byNumber<Row extends Numbered>(count: number, rows: readonly Row[]): (Row | undefined)[] {
  const ordered = new Array<Row | undefined>(count).fill(undefined);
  for (const row of rows) ordered[row.n - 1] = row;
  return ordered;
}
