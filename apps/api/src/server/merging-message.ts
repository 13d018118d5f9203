import { IncomingMessage } from 'node:http';

/** This many pieces of a body are passed on as they arrive; nearly all bodies are one piece. */
const USUAL = 16;
/** Bytes of further pieces to merge. */
const TOGETHER = 4_096;

/**
 * A request that merges the tiny pieces of its body. Node makes a Buffer of each chunk of a chunked body, and counts a
 * one-byte chunk as one byte although it takes 400: the 64 KiB that may wait to be read would be 26 MB.
 */
export class MergingMessage extends IncomingMessage {
  #pieces = 0;
  #gathered: Buffer | undefined;
  #length = 0;

  /** Called by Node's parser for each piece, and with null for the end. */
  override push(piece: Buffer | null): boolean {
    if (piece === null || ++this.#pieces <= USUAL || piece.length >= TOGETHER) {
      if (this.#length > 0) this.#passOn();
      return super.push(piece);
    }
    if (this.#length + piece.length > TOGETHER) this.#passOn();
    if (this.#gathered === undefined) {
      this.#gathered = Buffer.allocUnsafeSlow(TOGETHER);
      // Everything in the same packet has been collected by then.
      setImmediate(() => this.#passOn());
    }
    this.#length += piece.copy(this.#gathered, this.#length);
    return this.readableLength + this.#length < this.readableHighWaterMark;
  }

  #passOn(): void {
    const gathered = this.#gathered?.subarray(0, this.#length);
    this.#gathered = undefined;
    this.#length = 0;
    if (gathered !== undefined && gathered.length > 0 && !this.destroyed) super.push(gathered);
  }
}
