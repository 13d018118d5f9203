import type { ServerResponse } from 'node:http';

/** Where the pieces of a body come from. */
export interface BodySource {
  /** The next piece, which may be empty: that only says that it goes on. Undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Called once when no more pieces are wanted: at the end, after a failure, or because the client has gone. */
  end(): void;
}

/** How long a client may take nothing, in milliseconds. A system call that moves a byte is something. */
const PATIENCE = 60_000;

/**
 * A body that is made while it is sent. The next piece is made when the one before has gone out, so that a client that
 * stops reading stops the making. A body that cannot go on never looks complete: its connection ends without the end of
 * the chunked body (RFC 9112, section 8).
 */
export class StreamedBody {
  readonly #source: BodySource;
  readonly #outgoing: ServerResponse | undefined;
  #hasEnded = false;

  /** @param outgoing ends the source when it closes, whatever has been sent by then; absent in tests without a server */
  constructor(source: BodySource, outgoing: ServerResponse | undefined) {
    this.#source = source;
    this.#outgoing = outgoing;
    if (outgoing?.closed) this.#end();
    else outgoing?.once('close', () => this.#end());
  }

  /** @param onFailure called with what the source failed with, when the connection has been ended for it */
  open(onFailure: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#outgoing?.socket?.setTimeout(PATIENCE);
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
      // The socket is idle, but not because of the client.
      this.#outgoing?.socket?.setTimeout(PATIENCE);
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
