import type { AccessFilter, AccessQueries } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import { forgedPlace, parsePlace } from '../lists/parse-place.js';
import type { Reads } from '../reads/reads.js';
import { timestampText } from '../records/timestamp-text.js';
import { type AccessRow, toAccess } from './access-rows.js';

/** Lists accesses, each condition by an index. A place is instant and number of an access. */
export function accessQueries(reads: Reads): AccessQueries {
  return {
    async list(filter, { limit, after }) {
      const start = after === undefined ? undefined : parsePlace(after, 2);
      return reads.run('access.list', async ({ db, asOf }) => {
        const conditions = [...conditionsOf(filter), ...(start ? [afterPlace(start)] : [])];
        const { rows } = await sql<AccessRow & { readonly id: string }>`
          select id, at, actor, operation, person_id, query, status, request_id from access
          where ${sql.join([sql`true`, ...conditions], sql` and `)}
          order by at desc, id desc limit ${limit + 1}`
          .execute(db)
          .catch(forgedPlace);
        const results = rows.slice(0, limit).map((row) => ({
          record: toAccess(row),
          place: JSON.stringify([row.at, row.id]),
        }));
        return { results, more: rows.length > limit, asOf };
      });
    },
  };
}

/** The condition that a column names somebody, as its index knows it. */
export function names(column: string, id: string): RawBuilder<boolean> {
  const name = sql.ref(column);
  return sql<boolean>`(left(${name}, 64) = left(${id}, 64) and ${name} = ${id})`;
}

function conditionsOf({ personId, actor, from, before }: AccessFilter): readonly RawBuilder<unknown>[] {
  return [
    ...(personId === undefined ? [] : [names('person_id', personId)]),
    ...(actor === undefined ? [] : [names('actor', actor)]),
    ...(from === undefined ? [] : [sql`at >= ${timestampText(from)}::timestamp`]),
    ...(before === undefined ? [] : [sql`at < ${timestampText(before)}::timestamp`]),
  ];
}

function afterPlace([at, id]: readonly string[]): RawBuilder<unknown> {
  return sql`(at, id) < (${at}::timestamp, ${id}::bigint)`;
}
