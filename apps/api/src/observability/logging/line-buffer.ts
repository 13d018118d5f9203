import { writeSync } from 'node:fs';

/** Lines are collected up to this many characters: one system call for many requests. */
const BATCH = 16_384;
/** No line waits longer than this, in milliseconds. */
const LONGEST_WAIT = 100;
/** The pause before a busy reader (EAGAIN) is tried again, in milliseconds. */
const RETRY_WAIT = 5;
/** When no one reads any more, lines beyond this many characters are dropped: the service must not run out of memory. */
const MOST_UNREAD = 16_777_216;
/** How often a busy reader is tried again before the process exits. */
const LAST_TRIES = 200;

/**
 * Writes lines to a file descriptor, in order, many at a time. A pipe or terminal must not block (see
 * `withoutBlocking`); a file takes a batch in microseconds. pino's own destination measures everything that waits again for
 * each line (5 us a line; this takes 0.5 us).
 */
export class LineBuffer {
  readonly #descriptor: number;
  /** Lines of the next batch. */
  #next = '';
  #batches: string[] = [];
  /** Characters of all batches. */
  #unread = 0;
  /** The rest of the batch being written. */
  #writing: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Lines dropped because no one reads. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line including its line break */
  write(line: string): void {
    if (this.#unread + this.#next.length + line.length > MOST_UNREAD) {
      this.#dropped++;
      return;
    }
    this.#next += line;
    if (this.#next.length >= BATCH) this.#endBatch();
    this.#timer ??= setTimeout(this.#writeWaiting, LONGEST_WAIT).unref();
  }

  /** Writes everything that waits, for the end of the process: it blocks, for at most a second if the reader is busy. */
  flushSync(): void {
    for (let tries = 0; !this.#writeAll() && tries < LAST_TRIES; tries++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WAIT);
    }
  }

  #endBatch(): void {
    this.#batches.push(this.#next);
    this.#unread += this.#next.length;
    this.#next = '';
    // The timer tries a busy reader again.
    if (this.#batches.length === 1 && this.#writing.length === 0) this.#writeWaiting();
  }

  readonly #writeWaiting = (): void => {
    clearTimeout(this.#timer);
    this.#timer = this.#writeAll() ? undefined : setTimeout(this.#writeWaiting, RETRY_WAIT).unref();
  };

  /** Returns false if the reader is busy. */
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
        // There is nowhere left to report another error (a full disk, a closed pipe): this batch is lost, the next is tried.
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
