import { setFlagsFromString } from 'node:v8';

// V8 reads these flags at each collection, so they need not be on every command line.

/**
 * Percent by which long-lived data may grow before V8 collects the garbage in them. By itself, with much memory, it lets
 * them grow to nearly three times. A lower value costs more time than it is worth in memory; the figures are in
 * docs/lab/speed.md.
 */
const GROWTH = 100;

/** Makes V8 collect early. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}

/** Keeps the room for young objects at 1 MiB: what is loaded is long-lived, and V8 does not return the room it once took. */
export function holdYoungSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the room for young objects double whenever that many have survived, as V8 does by itself. */
export function releaseYoungSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
