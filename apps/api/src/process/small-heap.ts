import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which long-lived data may grow before V8 collects the garbage in them. By itself, with much memory, it lets
 * them grow to nearly three times. A lower value costs more time than it is worth in memory; the figures are in
 * docs/lab/speed.md.
 */
const GROWTH = 100;

/**
 * Makes V8 collect early, and collect young objects on the one thread that runs JavaScript: waking helpers for so short a
 * task costs more than they take over, and the other cores are PostgreSQL's. V8 reads these flags at each collection, so
 * they need not be on every command line.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--no-parallel-scavenge');
}
