import { writeSync } from 'node:fs';

/** Lines are gathered up to this many characters: one system call for many requests. */
const BATCH = 16_384;
/** No line waits for longer than this, in milliseconds. */
const LONGEST_WAIT = 100;
/** How soon a reader that was busy (EAGAIN) is tried again, in milliseconds. */
const RETRY_WAIT = 5;
/** When nobody reads any more, lines beyond so many characters are dropped: the service must not run out of memory. */
const MOST_UNREAD = 16_777_216;
/** How often a busy reader is tried again when the process is about to exit. */
const LAST_TRIES = 200;

/**
 * Writes lines to a file descriptor, in order, many at a time. A pipe or terminal must not block (see
 * `withoutBlocking`); a file takes a batch in microseconds. pino's own destination measures all that is waiting again at
 * each line (5 us a line where this takes 0.5 us).
 */
export class LineBuffer {
  readonly #descriptor: number;
  /** Lines of the next batch. */
  #next = '';
  #batches: string[] = [];
  /** Characters of all batches. */
  #unread = 0;
  /** What is left of the batch that is being written. */
  #writing: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Lines that were dropped because nobody reads. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line with its line break */
  write(line: string): void {
    if (this.#unread + this.#next.length + line.length > MOST_UNREAD) {
      this.#dropped++;
      return;
    }
    this.#next += line;
    if (this.#next.length >= BATCH) this.#endBatch();
    this.#timer ??= setTimeout(this.#writeWaiting, LONGEST_WAIT).unref();
  }

  /** Writes all that is waiting, now, for the end of the process: it blocks, for a second at most while the reader is busy. */
  flushSync(): void {
    for (let tries = 0; !this.#writeAll() && tries < LAST_TRIES; tries++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WAIT);
    }
  }

  #endBatch(): void {
    this.#batches.push(this.#next);
    this.#unread += this.#next.length;
    this.#next = '';
    // A busy reader is tried again by the timer.
    if (this.#batches.length === 1 && this.#writing.length === 0) this.#writeWaiting();
  }

  readonly #writeWaiting = (): void => {
    clearTimeout(this.#timer);
    this.#timer = this.#writeAll() ? undefined : setTimeout(this.#writeWaiting, RETRY_WAIT).unref();
  };

  /** Returns false where the reader is busy. */
  #writeAll(): boolean {
    for (;;) {
      if (this.#writing.length === 0) {
        const batch = this.#take();
        if (batch === '') return true;
        this.#writing = Buffer.from(batch);
      }
      try {
        this.#writing = this.#writing.subarray(writeSync(this.#descriptor, this.#writing));
      } catch (error) {
        if (isBusy(error)) return false;
        // Another error (a full disk, a closed pipe) has nobody left to be told: this batch is lost, the next is tried.
        this.#writing = Buffer.alloc(0);
      }
    }
  }

  #take(): string {
    const batch = this.#batches.shift();
    if (batch !== undefined) {
      this.#unread -= batch.length;
      return batch;
    }
    const next = this.#next;
    this.#next = '';
    return next;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
