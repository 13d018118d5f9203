import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Bytes that one request may make the service hold without being charged: nearly all requests stay far below, and the
 * number of connections bounds them.
 */
export const SMALL = 16_384;

/** Bytes that all that is larger may take together: bodies, heads, answers, requests that wait behind others. */
const LARGE_IN_ALL = 32 * 1_048_576;
/** So many of the largest bodies fit in at least, where BODY_LIMIT was raised. */
const LARGEST_BODIES = 4;

/** The bytes of a body, their text, the values in it, what is sent to the database of them, and the answer. */
export const COPIES_OF_A_BODY = 6;

/** Open connections at most; each takes 27 KB (measured). 3,000 are promised. */
const MOST_CONNECTIONS = 3_500;

/** Headers beyond so many are charged; each takes about as many bytes, besides its text (measured). */
const USUAL_HEADERS = 40;
const BYTES_A_HEADER = 48;

/**
 * What clients can make the process hold, counted in bytes as they really are. Whoever finds no room is refused at once:
 * one client with large requests can take the room of other large ones, but never that of small ones.
 */
export class MemoryBudget {
  /** How many there may be. */
  readonly connections: number;
  #left: number;

  /** @param bodyLimit bytes of a body, at most */
  static forBodies(bodyLimit: number): MemoryBudget {
    return new MemoryBudget(Math.max(LARGE_IN_ALL, LARGEST_BODIES * COPIES_OF_A_BODY * bodyLimit));
  }

  constructor(large = LARGE_IN_ALL, connections = MOST_CONNECTIONS) {
    this.#left = large;
    this.connections = connections;
  }

  /** @returns false when there is no room, and nothing was taken */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  release(bytes: number): void {
    this.#left += bytes;
  }
}

/** What one request makes the process hold, until its work is done and its answer has gone out. */
export class Holding {
  readonly #memory: MemoryBudget;
  #bytes = 0;
  /** What is still to end: the work and the answer. */
  #open = 2;

  constructor(memory: MemoryBudget, outgoing: ServerResponse) {
    this.#memory = memory;
    // The client may have gone meanwhile.
    if (outgoing.closed) this.end();
    else outgoing.once('close', () => this.end());
  }

  /** @returns false when there is no room for so many bytes in all */
  atLeast(bytes: number): boolean {
    const more = bytes - this.#bytes;
    if (more <= 0) return true;
    if (this.#open === 0 || !this.#memory.take(more)) return false;
    this.#bytes = bytes;
    return true;
  }

  /** The work, or the answer, has ended. */
  end(): void {
    if (--this.#open > 0) return;
    this.#memory.release(this.#bytes);
    this.#bytes = 0;
  }
}

/** What the headers of a request take beyond those of a usual one, given as in `rawHeaders`: names and values in turn. */
export function headBytes(rawHeaders: readonly string[]): number {
  const headers = rawHeaders.length / 2;
  return headers <= USUAL_HEADERS ? 0 : headers * BYTES_A_HEADER;
}

/** Whether a body comes behind the head of a request. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
