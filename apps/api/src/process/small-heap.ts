import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which long-lived data may grow before V8 collects the garbage in them. By itself, with much memory, it lets
 * them grow to nearly three times. A lower value costs more time than it is worth in memory; the figures are in
 * docs/lab/speed.md.
 */
const GROWTH = 100;

/** Makes V8 collect early. It reads this flag at each collection, so the flag need not be on every command line. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
