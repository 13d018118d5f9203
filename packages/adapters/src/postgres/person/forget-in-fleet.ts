import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { FLEET_NOTE } from '../distribute/distributed-tables.js';
import { forgetInLedger } from '../fleet/fold/forget-in-ledger.js';
import { READINGS_KIND } from '../fleet/readings.js';
import { INDEXED } from '../records/indexed-text.js';
import { RECORD_TABLES } from '../tables.js';
import { owns } from './person-sql.js';

/** Which tables hold records of the person. */
const HELD = RECORD_TABLES.map(
  (table) => `(select '${table.name}' as kind from ${table.name} where ${owns(table)} limit 1)`,
).join(' union all ');

/** Removes the person, who has been erased from the records, from what search and reports read. */
export async function forgetInFleet(client: pg.ClientBase, personId: string): Promise<void> {
  await forgetInLedger(client, personId);
  // That took the fold's lock: no note is on its way to the queue now, and the fold waits for none of these rows.
  if (isDistributed(client)) await client.query(`delete from ${FLEET_NOTE} where owner = $1::text`, [personId]);
  await client.query('select fleet_forget($1::text)', [personId]);
  // That took the notes too, also those of records that came meanwhile and stay.
  const { rows } = await client.query<{ kind: string }>(HELD, [personId]);
  if (rows.length > 0) {
    const kinds = rows.map(({ kind }) => kind);
    await client.query('insert into fleet_queue (kind, owner) select kind, $2 from unnest($1::text[]) as kind', [
      kinds,
      personId,
    ]);
  }
  await leaveBuilds(client, personId);
}

/** A build that has reached this person continues from the one before. That of the readings knows the beginnings of ids. */
async function leaveBuilds(client: pg.ClientBase, personId: string): Promise<void> {
  const { rows } = await client.query<{ kind: string }>(
    `select kind from fleet_build
      where walked_to = case when kind = '${READINGS_KIND}' then left($1::text, ${INDEXED}) else $1::text end`,
    [personId],
  );
  for (const { kind } of rows) {
    const table = RECORD_TABLES.find(({ name }) => name === kind);
    if (table === undefined) continue;
    const place = kind === READINGS_KIND ? `left(${table.owner}, ${INDEXED})` : table.owner;
    const before = await client.query<{ before: string | null }>(
      `select max(${place}) as before from ${kind} where ${place} < ${kind === READINGS_KIND ? `left($1::text, ${INDEXED})` : '$1::text'}`,
      [personId],
    );
    await client.query('update fleet_build set walked_to = $2 where kind = $1', [kind, before.rows[0]?.before ?? null]);
  }
}
