import { type Actor, type ErasureKey, idsIn } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { INDEXED } from '../records/indexed-text.js';
import { DISTRIBUTED_ID_COLUMNS, ID_COLUMNS, type IdColumn } from './id-columns.js';
import { keyOf, subjectOf } from './subjects.js';

/** Queries that are read at once. */
const BATCH = 1_000;
/** The block size of SHA-256, in bytes. */
const BLOCK = 64;

/** Where it was looked, and how many people were found so far. */
export interface Looked {
  readonly column: string;
  readonly done: number;
  readonly of: number;
  readonly found: number;
}

/**
 * Finds people by their digests, in every column that holds ids. The database computes the digests: no id leaves it but
 * those that are found.
 *
 * @returns the subject of each id that was found
 */
export async function findErased(
  client: pg.ClientBase,
  keys: readonly ErasureKey[],
  subjects: ReadonlySet<string>,
  onLooked: (looked: Looked) => void,
): Promise<ReadonlyMap<string, string>> {
  const people = new Map<string, string>();
  const secrets = keys.map(({ key }) => keyOf(key));
  const columns = isDistributed(client) ? [...ID_COLUMNS, ...DISTRIBUTED_ID_COLUMNS] : ID_COLUMNS;
  for (const [index, idColumn] of columns.entries()) {
    const found =
      idColumn.column === 'query' ? await inQueries(client) : await inColumn(client, idColumn, keys, subjects);
    for (const id of found) {
      const subject = secrets.map((secret) => subjectOf(secret, id)).find((digest) => subjects.has(digest));
      if (subject !== undefined) people.set(id, subject);
    }
    const { table, column } = idColumn;
    onLooked({ column: `${table}.${column}`, done: index + 1, of: columns.length, found: people.size });
  }
  return people;
}

async function inColumn(
  client: pg.ClientBase,
  { table, column, ids = column }: IdColumn,
  keys: readonly ErasureKey[],
  subjects: ReadonlySet<string>,
): Promise<readonly string[]> {
  const pads = keys.flatMap(({ key }) => [pad(key, 0x36), pad(key, 0x5c)]);
  const isErased = keys.map((_, index) => `${hmac('id', 2 * index + 2)} = any ($1::bytea[])`).join(' or ');
  const { rows } = await client.query<{ id: string }>(
    `select id from (select distinct ${ids} as id from ${table}) as known where id is not null and (${isErased})`,
    [[...subjects].map((subject) => Buffer.from(subject, 'hex')), ...pads],
  );
  return rows.map(({ id }) => id);
}

/** HMAC-SHA256 (RFC 2104) of a text as SQL; the parameter has the inner pad, the next one the outer pad. */
function hmac(text: string, parameter: number): string {
  return `sha256($${parameter + 1}::bytea || sha256($${parameter}::bytea || convert_to(${text}, 'UTF8')))`;
}

function pad(key: string, byte: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  Buffer.from(key, 'hex').copy(block);
  return block.map((each) => each ^ byte) as Buffer;
}

/** Returns the ids in queries that are too long for the list of ids, which has the first characters of each. */
async function inQueries(client: pg.ClientBase): Promise<readonly string[]> {
  const ids = new Set<string>();
  const nobody = { actor: '' as Actor, personId: undefined, operation: '', status: 0, requestId: '' };
  for (let after = '0'; ; ) {
    const { rows } = await client.query<{ id: string; query: string }>(
      `select id, query from access
        where query is not null and id > $1::bigint and exists (select from unnest(ids) as named where length(named) >= ${INDEXED})
        order by id limit ${BATCH}`,
      [after],
    );
    for (const { query } of rows) for (const id of idsIn({ ...nobody, query })) ids.add(id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return [...ids];
    after = last.id;
  }
}
