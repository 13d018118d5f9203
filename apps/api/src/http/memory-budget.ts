import type { IncomingMessage } from 'node:http';

/**
 * Bytes that one request may make the service hold without being charged: nearly all requests stay far below, and the
 * number of connections bounds them.
 */
export const SMALL = 16_384;

/** Bytes that all that is larger may take together: bodies, heads, answers, requests that wait behind others. */
const LARGE_IN_ALL = 64 * 1_048_576;

/** Headers beyond so many are charged; each takes about as many bytes, besides its text (measured). */
const USUAL_HEADERS = 40;
const BYTES_A_HEADER = 48;

/**
 * What clients can make the process hold, counted in bytes as they really are. Whoever finds no room is refused at once:
 * one client with large requests can take the room of other large ones, but never that of small ones.
 */
export class MemoryBudget {
  #left: number;

  constructor(bytes = LARGE_IN_ALL) {
    this.#left = bytes;
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

  get left(): number {
    return this.#left;
  }
}

/** What the head of a request takes beyond a usual one. */
export function headBytes({ rawHeaders }: IncomingMessage): number {
  const headers = rawHeaders.length / 2;
  return headers <= USUAL_HEADERS ? 0 : headers * BYTES_A_HEADER;
}

/** Whether a body comes behind the head of a request. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
