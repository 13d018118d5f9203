import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which long-lived data may grow before V8 collects the garbage in them. By itself, with much memory, it lets
 * them grow to nearly three times. A lower value costs more time than it is worth in memory; the figures are in
 * docs/lab/speed.md.
 */
const GROWTH = 100;

/**
 * Makes V8 collect garbage as a server needs it:
 *
 * - Among long-lived data, early.
 * - Young objects on the one thread that runs JavaScript: waking helpers for so short a task costs more than they take over,
 *   and the other cores are PostgreSQL's.
 * - A request's objects are always young at first. By itself V8 takes what survives the busy first seconds for long-lived,
 *   and from then on allocates it among long-lived data, where each request leaves garbage that also keeps young objects alive.
 *
 * V8 reads these flags as it runs, so they need not be on every command line.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
