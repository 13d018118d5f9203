import { type Actor, ERASED, idsIn, withoutIds } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { indexedPart } from '../records/indexed-text.js';
import {
  ACCESS_NAMES,
  ACCESS_NAMES_IN_COLUMN,
  FORGET_IN_COLUMNS,
  FORGET_IN_SHORT_ACCESSES,
  idsWithout,
} from './person-sql.js';

/** How many queries one statement reads. */
const BATCH = 1_000;

interface AccessWithQuery {
  readonly id: string;
  readonly query: string;
  readonly actor: string;
  readonly person_id: string | null;
  readonly request_id: string;
  /** Whether a column other than the query names the person. */
  readonly named: boolean;
}

/** Counts the accesses that name a person only in their query. */
export async function countInQueries(client: pg.ClientBase, personId: string): Promise<number> {
  let count = 0;
  for await (const rows of accessesWithQuery(client, personId)) {
    count += rows.filter(({ named, query }) => !named && withoutPerson(query, personId) !== query).length;
  }
  return count;
}

/**
 * Removes a person's name from accesses. One that is stored meanwhile stays whole: an access without the name in its list
 * of ids but with the name in its query would never be found again.
 */
export async function forgetInAccesses(client: pg.ClientBase, personId: string): Promise<void> {
  // Locked, because another erasure may be changing the same query.
  for await (const rows of accessesWithQuery(client, personId, 'for update')) {
    const changed = rows.map((row) => ({ ...row, query: withoutPerson(row.query, personId) }));
    await client.query(
      `update access set query = changed.query, ${FORGET_IN_COLUMNS}, ids = ${idsWithout('changed.others_begin_alike')}
         from unnest($2::bigint[], $3::text[], $4::boolean[]) as changed (id, query, others_begin_alike)
        where access.id = changed.id`,
      [
        personId,
        changed.map(({ id }) => id),
        changed.map(({ query }) => query),
        changed.map((row) => othersBeginAlike(row, personId)),
      ],
    );
  }
  await client.query(FORGET_IN_SHORT_ACCESSES, [personId]);
}

/** Reads the accesses that may name a person and have a query, in batches. */
async function* accessesWithQuery(
  client: pg.ClientBase,
  personId: string,
  lock: 'for update' | '' = '',
): AsyncGenerator<readonly AccessWithQuery[]> {
  for (let after = '0'; ; ) {
    const { rows } = await client.query<AccessWithQuery>(
      `select id, query, actor, person_id, request_id, ${ACCESS_NAMES_IN_COLUMN} as named from access
        where ${ACCESS_NAMES} and query is not null and id > $2::bigint order by id limit ${BATCH} ${lock}`,
      [personId, after],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.id;
  }
}

/** Queries are compared here, because an id may be encoded in several ways. */
function withoutPerson(query: string, personId: string): string {
  return withoutIds(query, (each) => each === personId) ?? '';
}

/** Whether an access names someone else whose id has the same beginning, which is all that its list of ids has. */
function othersBeginAlike({ actor, person_id, query, request_id }: AccessWithQuery, personId: string): boolean {
  const named = { actor: actor as Actor, personId: person_id ?? undefined, query, requestId: request_id };
  const others = idsIn({ ...named, operation: '', status: 0 }).filter((id) => id !== personId && id !== ERASED);
  return others.some((id) => indexedPart(id) === indexedPart(personId));
}
