import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Bytes that one request may make the service hold without a charge: nearly all requests stay far below, and the number
 * of connections bounds them.
 */
export const SMALL = 16_384;

/** Bytes that everything larger may take together: bodies, heads, answers, requests queued behind others. */
const LARGE_IN_ALL = 32 * 1_048_576;
/** At least this many of the largest bodies fit, even if BODY_LIMIT was raised. */
const LARGEST_BODIES = 4;

/** The bytes of a body, their text, the values in it, what is sent to the database, and the answer. */
export const COPIES_OF_A_BODY = 6;

/** A text, and how many of its bytes the client has not read yet. */
export const COPIES_OF_AN_ANSWER = 2;

/** What Node keeps of an unread body: its stream's buffer and a packet. */
const UNREAD_BODY = SMALL + 65_536;

/** The maximum number of open connections; each takes 27 KB (measured). 3,000 are promised. */
const MOST_CONNECTIONS = 3_500;

/** Headers beyond this many are charged; each takes about this many bytes besides its text (measured). */
const USUAL_HEADERS = 40;
const BYTES_A_HEADER = 48;

/** A bound that may change while the service runs. */
export type Bound = () => number;

/** Returns the part of a bound of the whole service that one of its processes gets at present, at least 1. */
export type Share = (bound: number) => number;

/** @param processes how many share every bound */
export function shareAmong(processes: Bound): Share {
  return (bound) => Math.ceil(bound / processes());
}

/**
 * Limits what clients can make the process hold, counted in real bytes. A request that finds no room is refused at once:
 * one client with large requests can take the room of other large ones, but never that of small ones.
 */
export class MemoryBudget {
  readonly #large: Bound;
  readonly #connections: Bound;
  #taken = 0;

  /**
   * @param bodyLimit the maximum bytes of a body
   * @param share of the whole that this process gets
   */
  static forBodies(bodyLimit: number, share: Share): MemoryBudget {
    const largest = () => share(LARGEST_BODIES) * COPIES_OF_A_BODY * bodyLimit;
    return new MemoryBudget(
      () => Math.max(share(LARGE_IN_ALL), largest()),
      () => share(MOST_CONNECTIONS),
    );
  }

  constructor(large: Bound = () => LARGE_IN_ALL, connections: Bound = () => MOST_CONNECTIONS) {
    this.#large = large;
    this.#connections = connections;
  }

  /** The maximum number of open connections. */
  get connections(): number {
    return this.#connections();
  }

  /** @returns false if there is no room; nothing is taken then */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#large()) return false;
    this.#taken += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** What one request makes the process hold, until its work is done and its answer has been sent. */
export class Holding {
  readonly #memory: MemoryBudget;
  #bytes = 0;
  /** What has yet to end: the work and the answer. */
  #open = 2;

  constructor(memory: MemoryBudget, outgoing: ServerResponse) {
    this.#memory = memory;
    // The client may have left meanwhile.
    if (outgoing.closed) this.end();
    else outgoing.once('close', () => this.end());
  }

  /** @returns false if there is no room for this many bytes in total */
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

/** The memory that headers take beyond those of a usual request, given as in `rawHeaders`: names and values in turn. */
export function headBytes(rawHeaders: readonly string[]): number {
  const headers = rawHeaders.length / 2;
  return headers <= USUAL_HEADERS ? 0 : headers * BYTES_A_HEADER;
}

/** Returns how many bytes of a request's body Node may keep until it is read. */
export function unreadBytes({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined
    ? Math.min(UNREAD_BODY, Number(headers['content-length'] ?? 0))
    : UNREAD_BODY;
}

/** Whether a body follows the head of a request. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
