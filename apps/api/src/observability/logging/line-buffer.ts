import { write, writeSync } from 'node:fs';

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
 * Writes lines to a file descriptor, in order, many at a time, without ever blocking the event loop. pino's own
 * destination measures all that is waiting again at each line (5 us a line where this takes 0.5 us).
 */
export class LineBuffer {
  readonly #descriptor: number;
  #waiting = '';
  /** What the system was last asked to write; empty when it is not writing. */
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
    if (this.#waiting.length + line.length > MOST_UNREAD) {
      this.#dropped++;
      return;
    }
    this.#waiting += line;
    if (this.#waiting.length >= BATCH) this.#writeNext();
    else this.#timer ??= setTimeout(this.#writeNext, LONGEST_WAIT).unref();
  }

  /** Writes all that is waiting, now, for the end of the process: it blocks, for a second at most while the reader is busy. */
  flushSync(): void {
    const rest = Buffer.from(this.#waiting);
    this.#waiting = '';
    let written = 0;
    // What is being written in the background is written too: libuv ends its work before the process exits.
    for (let tries = 0; written < rest.length && tries < LAST_TRIES; ) {
      try {
        written += writeSync(this.#descriptor, rest, written);
      } catch (error) {
        if (!isBusy(error)) return;
        tries++;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WAIT);
      }
    }
  }

  readonly #writeNext = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing.length > 0 || this.#waiting === '') return;
    this.#writing = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#writeOut();
  };

  #writeOut(): void {
    write(this.#descriptor, this.#writing, (error, written) => {
      if (isBusy(error)) {
        setTimeout(() => this.#writeOut(), RETRY_WAIT).unref();
        return;
      }
      // Another error (a full disk, a closed pipe) has nobody left to be told: this batch is lost, the next is tried.
      this.#writing = this.#writing.subarray(error === null ? written : this.#writing.length);
      if (this.#writing.length > 0) this.#writeOut();
      else if (this.#waiting.length >= BATCH) this.#writeNext();
      else if (this.#waiting !== '') this.#timer ??= setTimeout(this.#writeNext, LONGEST_WAIT).unref();
    });
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
