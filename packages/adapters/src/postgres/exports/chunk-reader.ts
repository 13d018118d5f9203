import type { ExportChunk, ExportReader } from '@polaris-telemetry/domain';
import type { Kysely } from 'kysely';
import type { Reads } from '../reads/reads.js';
import type { Database } from '../tables.js';

/**
 * Reads an export chunk by chunk, each in its own short transaction, so that it blocks nothing, survives a change of
 * server, and works through a pooler.
 *
 * @param after the place after which the first chunk begins
 */
export function chunkReader<Place>(
  reads: Reads,
  name: string,
  after: Place | undefined,
  readChunk: (db: Kysely<Database>, after: Place | undefined) => Promise<ExportChunk<Place>>,
): ExportReader<Place> {
  const ended = new AbortController();
  let place = after;
  return {
    async next() {
      const chunk = await reads.run(name, ({ db }) => readChunk(db, place), { signal: ended.signal });
      place = chunk.place;
      return chunk;
    },
    end: () => ended.abort(),
  };
}
