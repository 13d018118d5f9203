import { connect, type Socket } from 'node:net';
import { type RequestTemplate, rawPieces, varyingPart } from './requests.ts';

/** What to send, and how. */
export interface FloodOrder {
  readonly port: number;
  /** Requests a second; 0: as fast as they are answered. */
  readonly rate: number;
  /** The fate of a request that is due while every connection waits for an answer. */
  readonly whenBusy: 'drop' | 'wait';
  readonly connections: number;
  readonly seconds: number;
  /** Seconds at the start that do not count. */
  readonly warmUp: number;
  readonly templates: readonly RequestTemplate[];
  /** The varying parts count from here. */
  readonly firstSerial: number;
}

/** The result of the seconds that count. */
export interface FloodResult {
  readonly sent: number;
  /** Requests left out because every connection waited for an answer. */
  readonly unsent: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Milliseconds to the successful answers, from the moment the request was due; ascending. */
  readonly served: readonly number[];
  /** Refusals without a Retry-After. */
  readonly unexplained: number;
  /** Connections that ended before the answer. */
  readonly cut: number;
  /** Requests still without an answer after longer than any may take. */
  readonly hung: number;
}

/** Milliseconds; every request is answered within 5 s. */
const LONGEST = 10_000;

/** Sends requests at a rate that does not depend on the answers, spread evenly over time and over many connections. */
class Flood {
  readonly #order: FloodOrder;
  readonly #writers: readonly ((n: number) => string)[];
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #served: number[] = [];
  readonly #byStatus: Record<string, number> = {};
  #next = 0;
  #sent = 0;
  #unsent = 0;
  #unexplained = 0;
  #cut = 0;
  #counts = false;
  #sends = true;
  #ended = false;

  constructor(order: FloodOrder) {
    this.#order = order;
    this.#writers = order.templates.map(writerOf);
  }

  async run(): Promise<FloodResult> {
    const { rate, whenBusy, connections, seconds, warmUp } = this.#order;
    for (let opened = 0; opened < connections; opened += 100) {
      const batch = Array.from({ length: Math.min(100, connections - opened) }, () => this.#open());
      await Promise.all(batch);
    }
    const from = performance.now();
    const end = from + (warmUp + seconds) * 1000;
    for (let due = 0; performance.now() < end; ) {
      this.#counts = performance.now() - from >= warmUp * 1000;
      const elapsed = (performance.now() - from) / 1000;
      const target = rate === 0 ? Number.POSITIVE_INFINITY : Math.floor(elapsed * rate) + 1;
      for (; due < target; due++) {
        const connection = this.#idle.shift();
        if (connection !== undefined)
          this.#send(connection, rate === 0 ? performance.now() : from + (due * 1000) / rate);
        else if (rate === 0 || whenBusy === 'wait') break;
        else if (this.#counts) this.#unsent++;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#counts = false;
    this.#sends = false;
    const last = performance.now();
    while (this.#busy.size > 0 && performance.now() - last < LONGEST) await new Promise((r) => setTimeout(r, 50));
    this.#ended = true;
    const hung = this.#busy.size;
    for (const { socket } of [...this.#idle, ...this.#busy]) socket.destroy();
    return {
      sent: this.#sent,
      unsent: this.#unsent,
      byStatus: this.#byStatus,
      served: this.#served.sort((a, b) => a - b),
      unexplained: this.#unexplained,
      cut: this.#cut,
      hung,
    };
  }

  #send(connection: Connection, dueAt: number): void {
    const write = this.#writers[this.#next % this.#writers.length];
    if (write === undefined) return;
    const request = write(this.#order.firstSerial + this.#next++);
    connection.dueAt = dueAt;
    connection.counts = this.#counts;
    if (connection.counts) this.#sent++;
    this.#busy.add(connection);
    connection.socket.write(request);
  }

  #open(): Promise<void> {
    const socket = connect({ port: this.#order.port, host: '127.0.0.1', noDelay: true });
    const connection = new Connection(socket, (status, hasRetryAfter) => {
      this.#busy.delete(connection);
      if (connection.counts) {
        this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1;
        if (status < 300) this.#served.push(performance.now() - connection.dueAt);
        if (status === 503 && !hasRetryAfter) this.#unexplained++;
      }
      if (this.#order.rate === 0 && this.#sends) this.#send(connection, performance.now());
      else this.#idle.push(connection);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const place = this.#idle.indexOf(connection);
      if (place >= 0) this.#idle.splice(place, 1);
      if (this.#ended) return;
      if (this.#busy.delete(connection)) this.#cut++;
      void this.#open();
    });
    return new Promise((resolve) => {
      socket.on('close', resolve);
      socket.on('connect', () => {
        this.#idle.push(connection);
        resolve();
      });
    });
  }
}

/** One connection, with at most one request in flight. */
class Connection {
  readonly socket: Socket;
  dueAt = 0;
  counts = false;
  #received = '';

  constructor(socket: Socket, onAnswer: (status: number, hasRetryAfter: boolean) => void) {
    this.socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#received.slice(0, end).toLowerCase();
      const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
      if (this.#received.length < end + 4 + length) return;
      this.#received = this.#received.slice(end + 4 + length);
      onAnswer(Number(head.slice(9, 12)), head.includes('\r\nretry-after: '));
    });
  }
}

/** Returns what writes the nth request of a run. */
function writerOf(template: RequestTemplate): (n: number) => string {
  const [toToken, toVarying, rest] = rawPieces(template);
  const head = toToken + template.token + toVarying;
  return (n) => head + varyingPart(template.varying, n) + rest;
}

// A process of its own: a busy parent must not look like a slow service. `load.ts` starts it.
process.once('message', async (order: FloodOrder) => {
  const result = await new Flood(order).run();
  process.send?.(result, () => process.exit());
});
