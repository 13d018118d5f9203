import type { ErasureQueries } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { forgedPlace, parsePlace } from '../lists/parse-place.js';
import type { Reads } from '../reads/reads.js';
import { type ErasureRow, toErasure } from './receipts.js';

/** Reads the receipts of erasures. A place is the instant and id of a receipt. */
export function erasureQueries(reads: Reads): ErasureQueries {
  return {
    find: (id) =>
      reads.run('erasure.find', async ({ db }) => {
        const { rows } =
          await sql<ErasureRow>`select id, at, by, subject, counts from erasure where id = ${id}`.execute(db);
        return rows[0] && toErasure(rows[0]);
      }),

    async list({ limit, after }) {
      const start = after === undefined ? undefined : parsePlace(after, 2);
      return reads.run('erasure.list', async ({ db, asOf }) => {
        const condition = start ? sql`(at, id) < (${start[0]}::timestamp, ${start[1]}::text)` : sql`true`;
        const { rows } = await sql<ErasureRow>`
          select id, at, by, subject, counts from erasure where ${condition} order by at desc, id desc limit ${limit + 1}`
          .execute(db)
          .catch(forgedPlace);
        const results = rows.slice(0, limit).map((row) => {
          return { record: toErasure(row), place: JSON.stringify([row.at, row.id]) };
        });
        return { results, more: rows.length > limit, asOf };
      });
    },
  };
}
