import { connect, type Socket } from 'node:net';

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which a test says exactly what it wants to say. */
export class RawClient {
  readonly socket: Socket;
  #received = '';
  #ended = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text) => {
      this.#received += text;
      this.#wake();
    });
    this.socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.socket.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
    this.socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }

  /** Everything that was received and not yet taken. */
  get received(): string {
    return this.#received;
  }

  /** Takes the next response; rejects when the connection ends or is reset before it. */
  async response({ head = false, informational = false } = {}): Promise<RawResponse> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end >= 0) {
        const [statusLine = '', ...lines] = this.#received.slice(0, end).split('\r\n');
        const headers = Object.fromEntries(
          lines.map((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
          }),
        );
        const status = Number(statusLine.split(' ')[1]);
        const noBody = head || informational || status === 204 || status === 304;
        const length = noBody ? 0 : Number(headers['content-length'] ?? 0);
        const total = end + 4 + length;
        if (this.#received.length >= total) {
          const body = Buffer.from(this.#received.slice(end + 4, total), 'latin1').toString('utf8');
          this.#received = this.#received.slice(total);
          return { status, headers, body };
        }
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) throw new Error(`the connection ended after: ${this.#received}`);
      await this.#more();
    }
  }

  /** Waits until the other end closes its side; rejects when it resets the connection instead. */
  async end(): Promise<void> {
    while (!this.#ended && this.#error === undefined) await this.#more();
    if (this.#error !== undefined) throw this.#error;
  }

  close(): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
