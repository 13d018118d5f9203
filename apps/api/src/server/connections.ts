import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The last exchange on a connection, and the one before it as long as that was not over when the last one came. */
interface Exchanges {
  incoming?: IncomingMessage;
  outgoing?: ServerResponse;
  previous?: ServerResponse | undefined;
  /** Requests in a row that came before the one ahead of them was answered. */
  ahead: number;
}

/** How many requests a client may send ahead of the answer that it waits for. */
const MOST_AHEAD = 100;

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
    this.#open.set(socket, { ahead: 0 });
    socket.once('close', () => this.#open.delete(socket));
  }

  /**
   * A request has come in: calls when it is its turn. Node hands over at once what a client sends without waiting for
   * answers, thousands of requests in a packet, and would keep all the answers in memory for a client that reads none. So
   * each is answered when the one before it has gone out, and a client that sends too many ahead is not listened to
   * any more: its connection ends behind the last answer that it gets.
   */
  began(incoming: IncomingMessage, outgoing: ServerResponse, serve: () => void): void {
    const { socket } = incoming;
    const exchanges = this.#open.get(socket);
    // Closed meanwhile, or nobody will read the answer.
    if (exchanges === undefined || exchanges.ahead > MOST_AHEAD) return;
    const { outgoing: last } = exchanges;
    exchanges.previous = last === undefined || last.writableFinished ? undefined : last;
    exchanges.ahead = exchanges.previous === undefined ? 0 : exchanges.ahead + 1;
    exchanges.incoming = incoming;
    exchanges.outgoing = outgoing;
    if (this.#leaving) outgoing.shouldKeepAlive = false;
    if (exchanges.ahead > MOST_AHEAD) {
      outgoing.shouldKeepAlive = false;
      // Node would listen again by itself.
      socket.on('resume', () => socket.pause());
      socket.pause();
    }
    if (exchanges.previous === undefined) serve();
    else {
      exchanges.previous.once('close', () => {
        if (!socket.destroyed) serve();
      });
    }
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

  /** The request whose headers have come and whose body has not, if there is one. */
  receiving(socket: Duplex): IncomingMessage | undefined {
    const { incoming } = this.#open.get(socket) ?? {};
    return incoming?.complete === false ? incoming : undefined;
  }

  /** Whether the answer to a request that is still being received has begun: nothing can be said any more. */
  isAnsweringIncomplete(socket: Duplex): boolean {
    const { incoming, outgoing } = this.#open.get(socket) ?? {};
    return incoming?.complete === false && outgoing?.headersSent === true;
  }
}
