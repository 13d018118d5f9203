import type { ExportChunk, ExportReader } from '@polaris-telemetry/domain';
import type { Read, Reads } from '../reads/reads.js';

/**
 * Reads an export chunk by chunk, each few in their own short transaction, so that it blocks nothing, survives a change of
 * server, and works through a pooler. The next ones are read while the caller is busy with the last.
 *
 * @param after the place after which the first chunk begins
 * @param readChunks reads some chunks, at least one
 */
export function chunkReader<Place>(
  reads: Reads,
  name: string,
  after: Place | undefined,
  readChunks: (read: Read, after: Place | undefined) => Promise<readonly ExportChunk<Place>[]>,
): ExportReader<Place> {
  const ended = new AbortController();
  let place = after;
  let chunks: ExportChunk<Place>[] = [];
  let ahead: Promise<readonly ExportChunk<Place>[]> | undefined;

  function readNext(): Promise<readonly ExportChunk<Place>[]> {
    return reads.run(name, (read) => readChunks(read, place), { signal: ended.signal });
  }

  return {
    async next() {
      if (chunks.length === 0) {
        const reading = ahead ?? readNext();
        ahead = undefined;
        chunks = [...(await reading)];
        const last = chunks.at(-1);
        place = last?.place;
        if (last?.isLast === false && !ended.signal.aborted) {
          ahead = readNext();
          // Reported when these chunks are wanted.
          ahead.catch(() => {});
        }
      }
      return chunks.shift() as ExportChunk<Place>;
    },
    end: () => ended.abort(),
  };
}
