import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody, headBytes, type MemoryBudget, SMALL } from '../http/memory-budget.js';

/** How many requests a client may send ahead of the answer it waits for. */
const MOST_AHEAD = 100;

/**
 * Bytes of answers to requests that were sent ahead. A client that does not read them fills the system's buffers, which
 * cannot be measured here: up to `net.ipv4.tcp_wmem` for each connection.
 */
const MOST_ANSWERED_AHEAD = 262_144;

/** The memory of a waiting request (bytes, measured), and of the part of its body in the same packet. */
const WAITING = 6_000;
const PACKET = 65_536;

/**
 * The requests on one connection, answered one after the other. Node passes on at once what a client sends without waiting
 * for answers, thousands of requests in a packet, and would keep all the answers in memory for a client that reads none.
 * So work on a request starts once the previous answer has been sent, and nothing more is read meanwhile. The service
 * stops reading from a client that sends too much ahead: its connection ends after the last answer it gets.
 */
export class Exchanges {
  readonly socket: Socket;
  readonly #memory: MemoryBudget;
  #incoming: IncomingMessage | undefined;
  #outgoing: ServerResponse | undefined;
  /** The answer before the last, if it was not out when the last request arrived. */
  #previous: ServerResponse | undefined;
  /** Requests in a row that arrived before the previous one was answered. */
  #ahead = 0;
  /** Bytes written when the first of them arrived. */
  #writtenBefore = 0;
  #isPaused: boolean | undefined;
  /** Bytes charged for waiting requests. */
  #charged = 0;
  #head = 0;
  #isClosed = false;

  constructor(socket: Socket, memory: MemoryBudget) {
    this.socket = socket;
    this.#memory = memory;
  }

  /** The answer to the last request, unless it is long sent. */
  get last(): ServerResponse | undefined {
    return this.#outgoing;
  }

  /** Bytes charged for an unfinished head. */
  get head(): number {
    return this.#head;
  }

  get isAnswering(): boolean {
    return this.#outgoing?.writableFinished === false;
  }

  /** The request whose headers have arrived but whose body has not. */
  get receiving(): IncomingMessage | undefined {
    return this.#incoming?.complete === false ? this.#incoming : undefined;
  }

  /** The answer to the last completely received request. */
  get awaited(): ServerResponse | undefined {
    return this.#incoming?.complete === true ? this.#outgoing : this.#previous;
  }

  enqueue(incoming: IncomingMessage, outgoing: ServerResponse, serve: () => void): void {
    const last = this.#outgoing;
    if (last === undefined || last.writableFinished) {
      this.#ahead = 0;
      this.#previous = undefined;
      this.#incoming = incoming;
      this.#outgoing = outgoing;
      serve();
    } else this.#wait(last, incoming, outgoing, serve);
  }

  #wait(last: ServerResponse, incoming: IncomingMessage, outgoing: ServerResponse, serve: () => void): void {
    const bytes = WAITING + headBytes(incoming.rawHeaders) + (hasBody(incoming) ? PACKET : 0);
    // Answers cannot be sent out of turn: a client that finds no room loses its connection.
    if (this.#isClosed || !this.#memory.take(bytes)) {
      this.socket.destroy();
      return;
    }
    this.#charged += bytes;
    // No one will read the answer, but Node keeps both.
    if (this.#ahead > MOST_AHEAD) return;
    this.#pause();
    if (++this.#ahead === 1) this.#writtenBefore = this.socket.bytesWritten;
    this.#previous = last;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    if (this.#ahead > MOST_AHEAD) outgoing.shouldKeepAlive = false;
    last.once('close', () => {
      // The connection has given everything back.
      if (this.#isClosed) return;
      this.#memory.release(bytes);
      this.#charged -= bytes;
      // The connection may end after the previous answer.
      if (!this.socket.writable) return;
      if (this.socket.bytesWritten - this.#writtenBefore > MOST_ANSWERED_AHEAD) outgoing.shouldKeepAlive = false;
      if (outgoing === this.#outgoing && outgoing.shouldKeepAlive) this.#resume();
      serve();
    });
  }

  #pause(): void {
    if (this.#isPaused === undefined) {
      // Node would keep reading by itself.
      this.socket.on('resume', () => {
        if (this.#isPaused) this.socket.pause();
      });
    }
    this.#isPaused = true;
    this.socket.pause();
  }

  #resume(): void {
    this.#isPaused = false;
    this.socket.resume();
  }

  /**
   * Charges for the part of an unfinished head that has arrived: 16 KiB of short headers take 110.
   *
   * @returns false if there is no room for it
   */
  holdHead(): boolean {
    // Node's own list of them; nothing else exposes it.
    const { parser } = this.socket as { parser?: { _headers?: readonly string[] } };
    const bytes = headBytes(parser?._headers ?? []);
    const more = (bytes <= SMALL ? 0 : bytes) - this.#head;
    if (more > 0 && !this.#memory.take(more)) return false;
    if (more < 0) this.#memory.release(-more);
    this.#head += more;
    return true;
  }

  /** Lets go of the last request once it is answered: an idle connection would keep its headers. */
  forgetAnswered(): void {
    if (this.#outgoing?.writableFinished !== true || this.#incoming?.complete !== true) return;
    this.#incoming = undefined;
    this.#outgoing = undefined;
    this.#previous = undefined;
  }

  /** The connection has ended. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#memory.release(this.#charged + this.#head);
  }
}
