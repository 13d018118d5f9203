import { ERASED, withoutIds } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { INDEXED } from '../records/indexed-text.js';
import { ACCESS_NAMES, ACCESS_NAMES_IN_COLUMN } from './person-sql.js';

/** How many queries one statement reads. */
const BATCH = 1_000;

interface Found {
  readonly id: string;
  readonly query: string;
  /** Whether a column other than the query names the person as well. */
  readonly named: boolean;
}

/**
 * Finds accesses whose query names a person, in batches. Queries are compared here, because an id may be encoded in
 * several ways.
 *
 * @param visit called with each batch of accesses; their queries no longer hold the name
 * @returns how many accesses name the person only in their query
 */
export async function visitQueries(
  client: pg.ClientBase,
  personId: string,
  visit: (found: readonly { readonly id: string; readonly query: string }[]) => Promise<void> = async () => {},
): Promise<number> {
  let only = 0;
  for (let after = '0'; ; ) {
    const { rows } = await client.query<Found>(
      `select id, query, ${ACCESS_NAMES_IN_COLUMN} as named from access
        where ${ACCESS_NAMES} and query is not null and id > $2::bigint order by id limit ${BATCH}`,
      [personId, after],
    );
    const found = rows.flatMap(({ id, query, named }) => {
      const without = withoutIds(query, (each) => each === personId) ?? '';
      return without === query ? [] : [{ id, query: without, named }];
    });
    only += found.filter(({ named }) => !named).length;
    if (found.length > 0) await visit(found);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return only;
    after = last.id;
  }
}

/** Stores queries without the name of a person. */
export async function storeQueries(
  client: pg.ClientBase,
  personId: string,
  found: readonly { readonly id: string; readonly query: string }[],
): Promise<void> {
  await client.query(
    // Accesses that also name the person in a column must still be found.
    `update access set query = changed.query, ids = case when $1::text in (actor, person_id, request_id) then ids
            else array_replace(ids, left($1::text, ${INDEXED})::varchar, '${ERASED}') end
       from unnest($2::bigint[], $3::text[]) as changed (id, query) where access.id = changed.id`,
    [personId, found.map(({ id }) => id), found.map(({ query }) => query)],
  );
}
