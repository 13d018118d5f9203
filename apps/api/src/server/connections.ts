import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { MemoryBudget } from '../http/memory-budget.js';
import { Exchanges } from './exchanges.js';

/** How often connections are checked for unfinished heads, which Node does not report, and for what they can forget; in ms. */
const CHECK_INTERVAL = 100;
/** The interval while some are large, or once this many connections have opened since the last check: they add up fast. */
const SHORT_INTERVAL = 5;
const MANY = 50;

/**
 * Every open connection and what happens on it. Node knows which connections have a request, but not whether that request
 * was received completely, which decides its fate when the service ends.
 */
export class Connections {
  readonly #open = new Map<Duplex, Exchanges>();
  readonly #memory: MemoryBudget;
  readonly #refuse: (socket: Socket) => void;
  #opened = 0;
  /** The number opened before the last check of heads. */
  #openedBefore = 0;
  #leaving = false;
  #nextCheck: NodeJS.Timeout | undefined;

  /**
   * @param memory the budget that pays for unfinished heads, and for requests queued behind others
   * @param refuse ends a connection that finds no room
   */
  constructor(memory: MemoryBudget, refuse: (socket: Socket) => void) {
    this.#memory = memory;
    this.#refuse = refuse;
  }

  get size(): number {
    return this.#open.size;
  }

  /** How many connections there have been. */
  get opened(): number {
    return this.#opened;
  }

  /**
   * Watches a connection until its very end. Node removes its own listeners from a socket that it hands over (CONNECT,
   * upgrades), and an `error` without a listener ends the process: this is the one place that cannot miss them.
   */
  add(socket: Socket): void {
    // Called again after an ignored upgrade.
    if (this.#open.has(socket)) return;
    this.#opened++;
    // Whatever went wrong, `close` follows.
    socket.on('error', () => {});
    socket.on('timeout', () => socket.destroy());
    if (this.#open.size >= this.#memory.connections) {
      this.#refuse(socket);
      return;
    }
    const exchanges = new Exchanges(socket, this.#memory);
    this.#open.set(socket, exchanges);
    if (this.#nextCheck === undefined) this.#checkIn(CHECK_INTERVAL);
    else if (this.#opened - this.#openedBefore === MANY) this.#checkIn(SHORT_INTERVAL);
    socket.once('close', () => {
      this.#open.delete(socket);
      exchanges.close();
      if (this.#open.size > 0) return;
      clearTimeout(this.#nextCheck);
      this.#nextCheck = undefined;
    });
  }

  #checkIn(milliseconds: number): void {
    clearTimeout(this.#nextCheck);
    this.#nextCheck = setTimeout(() => this.#check(), milliseconds).unref();
  }

  #check(): void {
    this.#openedBefore = this.#opened;
    let held = 0;
    for (const exchanges of this.#open.values()) {
      exchanges.forgetAnswered();
      if (exchanges.holdHead()) held += exchanges.head;
      // No answer can be sent in the middle of another one, nor twice.
      else if (exchanges.isAnswering || !exchanges.socket.writable) exchanges.socket.destroy();
      else this.#refuse(exchanges.socket);
    }
    this.#checkIn(held > 0 ? SHORT_INTERVAL : CHECK_INTERVAL);
  }

  /** A request has arrived: calls back when it is its turn (see `Exchanges`). */
  enqueue(incoming: IncomingMessage, outgoing: ServerResponse, serve: () => void): void {
    if (this.#leaving) outgoing.shouldKeepAlive = false;
    // None: refused, or closed meanwhile.
    this.#open.get(incoming.socket)?.enqueue(incoming, outgoing, serve);
  }

  /** From now on every answer closes its connection, so that clients move to another process before this one is gone. */
  leave(): void {
    this.#leaving = true;
    for (const { last } of this.#open.values()) {
      if (last !== undefined && !last.headersSent) last.shouldKeepAlive = false;
    }
  }

  /** Closes connections without a complete request; the others close with their answers. */
  closeIdle(): void {
    for (const socket of this.#open.keys()) this.whenAnswered(socket, () => socket.destroy());
  }

  /** Closes all of them. */
  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /**
   * Calls back once everything received completely on a connection is answered; at once if there is nothing. It does not
   * wait for incomplete requests.
   */
  whenAnswered(socket: Duplex, then: () => void): void {
    const awaited = this.#open.get(socket)?.awaited;
    if (awaited === undefined || awaited.writableFinished) then();
    else awaited.once('finish', then);
  }

  /** The request whose headers have arrived but whose body has not, if there is one. */
  receiving(socket: Duplex): IncomingMessage | undefined {
    return this.#open.get(socket)?.receiving;
  }

  /** Whether the answer to a request still being received has begun: it is too late for another one. */
  isAnsweringIncomplete(socket: Duplex): boolean {
    const exchanges = this.#open.get(socket);
    return exchanges?.receiving !== undefined && exchanges.last?.headersSent === true;
  }
}
