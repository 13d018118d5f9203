import type { ServerResponse } from 'node:http';

/** Where the pieces of a body come from. */
export interface BodySource {
  /** Returns the next piece; an empty one only shows progress. Undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Called once when no more pieces are wanted: at the end, after a failure, or because the client has gone. */
  end(): void;
}

/** A system call that moves one byte counts as reading. */
const PATIENCE = 60_000;

/**
 * A body that is produced while it is sent. The next piece is produced once the previous one has been sent, so a client
 * that stops reading stops the source. A body that fails never looks complete: its connection ends without the end of
 * the chunked body (RFC 9112, section 8).
 */
export class StreamedBody {
  readonly #source: BodySource;
  readonly #outgoing: ServerResponse | undefined;
  readonly #patience: number;
  #hasEnded = false;

  /**
   * @param outgoing ends the source when it closes, whatever was sent by then; absent in tests without a server
   * @param patience how long a client may read nothing, in milliseconds
   */
  constructor(source: BodySource, outgoing: ServerResponse | undefined, patience = PATIENCE) {
    this.#source = source;
    this.#outgoing = outgoing;
    this.#patience = patience;
    if (outgoing?.closed) this.#end();
    else outgoing?.once('close', () => this.#end());
  }

  /** @param onFailure called with the source's error once the connection has been ended because of it */
  open(onFailure: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#outgoing?.socket?.setTimeout(this.#patience);
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const piece = await this.#nextPiece();
          if (this.#hasEnded) return;
          if (piece !== undefined) {
            controller.enqueue(piece);
            return;
          }
          controller.close();
          this.#end();
        } catch (error) {
          if (this.#hasEnded) return;
          this.#end();
          if (this.#outgoing === undefined) controller.error(error);
          else this.#outgoing.destroy();
          onFailure(error);
        }
      },
      cancel: () => this.#end(),
    });
  }

  async #nextPiece(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      const piece = await this.#source.next();
      if (piece?.length !== 0) return piece as Uint8Array<ArrayBuffer> | undefined;
      if (this.#hasEnded) return undefined;
      // The socket is idle, but the client is not the reason.
      this.#outgoing?.socket?.setTimeout(this.#patience);
    }
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#source.end();
  }
}

/** The body of an answer to HEAD: its headers are those of GET, and nothing is read. */
export function nothing(outgoing: ServerResponse | undefined): StreamedBody {
  return new StreamedBody({ next: async () => undefined, end: () => {} }, outgoing);
}
