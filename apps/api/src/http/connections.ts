import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The last exchange on a connection, and the one before it as long as that was not over when the last one came. */
interface Exchanges {
  incoming?: IncomingMessage;
  outgoing?: ServerResponse;
  previous?: ServerResponse | undefined;
}

/**
 * Every open connection and what happens on it. Node knows which connections have a request on them, but not whether
 * that request was received completely, which decides what becomes of it when the service ends.
 */
export class Connections {
  readonly #open = new Map<Duplex, Exchanges>();
  #opened = 0;
  #leaving = false;

  get size(): number {
    return this.#open.size;
  }

  /** How many there have been. */
  get opened(): number {
    return this.#opened;
  }

  add(socket: Duplex): void {
    this.#opened++;
    this.#open.set(socket, {});
    socket.once('close', () => this.#open.delete(socket));
  }

  began(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const exchanges = this.#open.get(incoming.socket);
    if (exchanges === undefined) return;
    const { outgoing: last } = exchanges;
    exchanges.previous = last === undefined || last.writableFinished ? undefined : last;
    exchanges.incoming = incoming;
    exchanges.outgoing = outgoing;
    if (this.#leaving) outgoing.shouldKeepAlive = false;
  }

  /** From now on every answer closes its connection, so that clients find another process before this one is gone. */
  leave(): void {
    this.#leaving = true;
    for (const { outgoing } of this.#open.values()) {
      if (outgoing !== undefined && !outgoing.headersSent) outgoing.shouldKeepAlive = false;
    }
  }

  /** Closes what carries no complete request; the others close with their answers. */
  closeIdle(): void {
    for (const socket of this.#open.keys()) this.whenAnswered(socket, () => socket.destroy());
  }

  /**
   * Calls when everything received completely on a connection is answered; at once when nothing is under way. Whatever
   * is incomplete is not waited for.
   */
  whenAnswered(socket: Duplex, then: () => void): void {
    const { incoming, outgoing, previous } = this.#open.get(socket) ?? {};
    const awaited = incoming?.complete === true ? outgoing : previous;
    if (awaited === undefined || awaited.writableFinished) then();
    else awaited.once('finish', then);
  }

  /** Whether the answer to a request that is still being received has begun: nothing can be said any more. */
  isAnsweringIncomplete(socket: Duplex): boolean {
    const { incoming, outgoing } = this.#open.get(socket) ?? {};
    return incoming?.complete === false && outgoing?.headersSent === true;
  }
}
