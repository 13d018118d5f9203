import { createHash, type KeyObject } from 'node:crypto';
import {
  type AddOutcome,
  type Erasure,
  type ErasureRequest,
  type NewAccess,
  RETRY_WINDOW_SECONDS,
  withoutPeople,
} from '@polaris-telemetry/domain';
import type pg from 'pg';
import { toRow } from '../access/access-rows.js';
import { isDistributed } from '../connections/distribution.js';
import { timestampText } from '../records/timestamp-text.js';
import { RECORD_TABLES } from '../tables.js';
import { forgetInAccesses } from './accesses-of-person.js';
import { countPerson } from './count-person.js';
import { forgetInFleet } from './forget-in-fleet.js';
import {
  FORGET_NAMES,
  forgetInEarlierStates,
  forgetInLocked,
  forgetInOthers,
  lockOthers,
  REMOVE_OWN,
} from './person-sql.js';
import { addReceipts, findReceipt } from './receipts.js';
import { ALL_KEYS, hmacOf, keyOf, subjectOf } from './subjects.js';

/**
 * Erases a person in the caller's transaction. The receipt comes first, the destruction after.
 */
export async function erasePerson(client: pg.ClientBase, request: ErasureRequest): Promise<AddOutcome<Erasure>> {
  const { id, personId, at, by, access } = request;
  const key = await firstKey(client);
  const subject = subjectOf(key, personId);
  const earlier = await claimRetry(client, request, key, subject);
  if (earlier !== undefined) return earlier;
  await lockSubject(client, subject);
  const counts = await countPerson(client, personId);
  const receipt = { id, at, by, subject, counts };
  await addReceipts(client, [receipt]);
  await destroyPerson(client, personId, access);
  return { outcome: 'added', record: receipt };
}

/** Two erasures of the same person run one after the other. */
export async function lockSubject(client: pg.ClientBase, subject: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [lockNumber(subject)]);
}

/**
 * Destroys everything held on a person, in the caller's transaction. Rows that others may be waiting for come last: the
 * fleet's state, then the present records of others, in the order of uuid.
 *
 * @param access stored without the person's id
 */
export async function destroyPerson(client: pg.ClientBase, personId: string, access?: NewAccess): Promise<void> {
  // The triggers keep no revisions of what this transaction changes.
  await client.query(`select set_config('polaris.erasing', txid_current()::text, true)`);
  for (const statement of [...REMOVE_OWN, ...FORGET_NAMES]) await client.query(statement, [personId]);
  await forgetInAccesses(client, personId);
  if (access !== undefined)
    await storeAccess(
      client,
      withoutPeople(access, (each) => each === personId),
    );
  await forgetInFleet(client, personId);
  for (const table of RECORD_TABLES) {
    await forgetInPresent(client, table, personId);
    // A change that came first has left a state with the name; from here on none can.
    for (const statement of forgetInEarlierStates(table)) await client.query(statement, [personId]);
  }
}

/** Removes the person's name from the present records of others in one table. */
async function forgetInPresent(
  client: pg.ClientBase,
  table: { readonly name: string; readonly owner: string },
  personId: string,
): Promise<void> {
  if (isDistributed(client)) {
    // No statement locks rows of several nodes in an order. Transactions that deadlock run again.
    await client.query(forgetInOthers(table), [personId]);
    return;
  }
  const { rows } = await client.query<{ uuid: string }>(lockOthers(table), [personId]);
  const uuids = rows.map(({ uuid }) => uuid);
  if (uuids.length > 0) await client.query(forgetInLocked(table), [personId, uuids]);
}

async function firstKey(client: pg.ClientBase): Promise<KeyObject> {
  const { rows } = await client.query<{ keys: readonly string[] | null }>(ALL_KEYS);
  const key = rows[0]?.keys?.[0];
  if (key === undefined) throw new Error('the table erasure_key is empty');
  return keyOf(key);
}

/** Takes the retry key of a request, if it has one. Returns the earlier outcome if there is nothing left to do. */
async function claimRetry(
  client: pg.ClientBase,
  { id, at, retry }: ErasureRequest,
  key: KeyObject,
  subject: string,
): Promise<AddOutcome<Erasure> | undefined> {
  if (retry === undefined) return undefined;
  const digest = createHash('sha256')
    .update(JSON.stringify(['erasure', subject, retry.key]))
    .digest();
  const locking = await client.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
    String(digest.readBigInt64BE()),
  ]);
  if (locking.rows[0]?.locked !== true) return { outcome: 'in-progress' };
  // Keyed too: otherwise anyone who knows what a request looks like could try all ids.
  const fingerprint = hmacOf(key, retry.fingerprint);
  const values = retry.valuesFingerprint === undefined ? null : hmacOf(key, retry.valuesFingerprint);
  const created = timestampText(at);
  const { rows } = await client.query<{ readonly erasure: string; readonly same: boolean }>(
    `select snapshot ->> 'erasure' as erasure, fingerprint = $3 or coalesce(values_fingerprint = $4, false) as same
       from idempotency_key
      where id = $1 and owner = $2 and created > $5::timestamp - interval '${RETRY_WINDOW_SECONDS} seconds'`,
    [digest, subject, fingerprint, values, created],
  );
  for (const { erasure, same } of rows) {
    const record = await findReceipt(client, erasure);
    if (record !== undefined) return same ? { outcome: 'replayed', record } : { outcome: 'conflict' };
  }
  await client.query('delete from idempotency_key where id = $1 and owner = $2', [digest, subject]);
  await client.query(
    `insert into idempotency_key (id, kind, owner, fingerprint, values_fingerprint, snapshot, created)
     values ($1, 'erasure', $2, $3, $4, $5, $6)`,
    [digest, subject, fingerprint, values, JSON.stringify({ erasure: id }), created],
  );
  return undefined;
}

async function storeAccess(client: pg.ClientBase, access: NewAccess): Promise<void> {
  const { at, actor, operation, person_id, query, status, request_id, ids } = toRow(access);
  await client.query(
    `insert into access (at, actor, operation, person_id, query, status, request_id, ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8::varchar[])`,
    [at, actor, operation, person_id, query, status, request_id, ids],
  );
}

/** Of an advisory lock. */
function lockNumber(subject: string): string {
  return String(Buffer.from(subject, 'hex').readBigInt64BE());
}
