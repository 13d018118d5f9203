import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which long-lived data may grow before V8 looks which of them are garbage. Where there is much memory it
 * lets them grow to nearly three times by itself. Less than this takes more time than it saves memory; the figures are
 * in docs/lab/speed.md.
 */
const GROWTH = 100;

/** Makes V8 collect early. It reads this flag at each collection, so it need not be on every command line. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
