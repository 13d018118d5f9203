/** Characters that are gathered before they are sent. */
const PIECE = 65_536;

/** Returns what gives a text that is written bit by bit in pieces that are worth sending; undefined at its end. */
export function inPieces(text: AsyncIterable<string>): () => Promise<Uint8Array | undefined> {
  const iterator = text[Symbol.asyncIterator]();
  return async () => {
    let piece = '';
    while (piece.length < PIECE) {
      const next = await iterator.next();
      if (next.done) return piece === '' ? undefined : Buffer.from(piece);
      piece += next.value;
    }
    return Buffer.from(piece);
  };
}
