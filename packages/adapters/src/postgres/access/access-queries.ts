import type { AccessFilter, AccessQueries } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import { forgedPlace, parsePlace } from '../lists/parse-place.js';
import type { Reads } from '../reads/reads.js';
import { INDEXED, indexedPart, isIndexed } from '../records/indexed-text.js';
import { timestampText } from '../records/timestamp-text.js';
import { type AccessRow, toAccess } from './access-rows.js';

/** Lists accesses; every condition has an index. A place is the instant and number of an access. */
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

/**
 * As the domain's `isAbout`. The list of ids has the beginning of each: where an id may be longer, the query is compared too,
 * with the id as `encodeURIComponent` writes it, as a value or a name.
 */
function isAboutPerson(id: string): RawBuilder<boolean> {
  const spelt =
    [...id].length < INDEXED
      ? sql`true`
      : sql`strpos('&' || replace(query, '=', '&') || '&', ${`&${encodeURIComponent(id)}&`}) > 0`;
  return sql<boolean>`(${isIndexed(sql.ref('person_id'), id)} or (query is not null and actor <> ${id} and request_id <> ${id}
    and ids @> array[${indexedPart(id)}]::varchar[] and ${spelt}))`;
}

function conditionsOf({ personId, actor, from, before }: AccessFilter): readonly RawBuilder<unknown>[] {
  return [
    ...(personId === undefined ? [] : [isAboutPerson(personId)]),
    ...(actor === undefined ? [] : [isIndexed(sql.ref('actor'), actor)]),
    ...(from === undefined ? [] : [sql`at >= ${timestampText(from)}::timestamp`]),
    ...(before === undefined ? [] : [sql`at < ${timestampText(before)}::timestamp`]),
  ];
}

function afterPlace([at, id]: readonly string[]): RawBuilder<unknown> {
  return sql`(at, id) < (${at}::timestamp, ${id}::bigint)`;
}
