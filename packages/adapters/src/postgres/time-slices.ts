import { setImmediate } from 'node:timers/promises';

/** How long work may keep this process from everything else, in milliseconds. */
const SLICE_MS = 2;

/** Divides long work into slices, so that requests are answered in between. */
export class TimeSlices {
  #end = performance.now() + SLICE_MS;

  /** Whether to wait for the next slice. Asked first, because waiting costs more than a small piece of work. */
  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  /** Lets everything else that is ready run first. */
  async next(): Promise<void> {
    await setImmediate();
    this.#end = performance.now() + SLICE_MS;
  }
}
