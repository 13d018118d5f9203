/** How many characters to collect before sending them. */
const PIECE = 65_536;

/** Returns a function that joins small parts of a text into pieces worth sending; it returns undefined at the end. */
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
