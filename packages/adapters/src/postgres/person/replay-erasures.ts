import {
  compareInstants,
  type Erasure,
  type ErasureKey,
  formatInstant,
  type KeptErasures,
  type KeptReceipt,
  UNKNOWN_ACTOR,
} from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { DatabaseSettings } from '../connections/settings.js';
import { timestampText } from '../records/timestamp-text.js';
import { destroyPerson, lockSubject } from './erase-person.js';
import { inErasingTransaction } from './erasing-transaction.js';
import { findErased, type Looked } from './find-erased.js';
import { areNodesReplayed, markReplayed } from './incarnations.js';
import { onConnection, readKeys } from './kept-erasures.js';
import { IS_BACK } from './person-sql.js';
import { addReceipts, type ErasureRow, toErasure } from './receipts.js';

/** What a replay has done. */
export interface Replay {
  /** Receipts that the database did not have. */
  readonly missing: number;
  /** People who were in the database and were erased again. */
  readonly erased: number;
}

/** How far a replay is. */
export type ReplayProgress =
  | ({ readonly kind: 'looked' } & Looked)
  | { readonly kind: 'erased'; readonly done: number; readonly of: number };

/** No key that is known can have made one of the receipts. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';

  constructor(at: string) {
    super(
      `a receipt is of ${at}, and the oldest key of this database was made later: add what "erasures list" wrote before the backup was restored, because it has the key`,
    );
  }
}

/** Receipts that are stored at once. */
const BATCH = 1_000;

/**
 * Repeats the erasure of everyone in the database with a receipt that the database lacks, because it was restored from an
 * older backup; where Citus distributes the records, also of those with a receipt whom a restored node brought back. People
 * who registered again after a known erasure stay. Each person is one transaction, receipt and destruction, so that an
 * interrupted run can simply be started again.
 *
 * @throws MissingKeyError before anything is changed
 */
export async function replayErasures(
  settings: DatabaseSettings,
  { keys: given, receipts }: KeptErasures,
  onProgress: (progress: ReplayProgress) => void,
): Promise<Replay> {
  return await onConnection(settings, async (client) => {
    const missing = await missingReceipts(client, receipts);
    if (given.length === 0) checkAge(missing, await readKeys(client));
    const keys = await addKeys(client, given);
    // A node of Citus may be older than the receipts on the coordinator.
    const known = (await areNodesReplayed(client)) ? [] : await knownReceipts(client);
    const bySubject = Map.groupBy([...missing, ...known], ({ subject }) => subject);
    const onLooked = (looked: Looked) => onProgress({ kind: 'looked', ...looked });
    const people: ReadonlyMap<string, string> =
      bySubject.size === 0 ? new Map() : await findErased(client, keys, new Set(bySubject.keys()), onLooked);
    const isMissing = new Set(missing.map(({ id }) => id));
    let erased = 0;
    for (const [done, [personId, subject]] of [...people].entries()) {
      const theirs = bySubject.get(subject) ?? [];
      erased += await inErasingTransaction(client, async () => {
        await lockSubject(client, subject);
        const unknown = theirs.filter(({ id }) => isMissing.has(id));
        if (unknown.length === 0 && !(await isBack(client, personId, theirs))) return 0;
        await addReceipts(client, unknown.map(byNobody));
        await destroyPerson(client, personId);
        return 1;
      });
      onProgress({ kind: 'erased', done: done + 1, of: people.size });
    }
    for (let start = 0; start < missing.length; start += BATCH) {
      await addReceipts(client, missing.slice(start, start + BATCH).map(byNobody));
    }
    await markReplayed(client);
    return { missing: missing.length, erased };
  });
}

async function missingReceipts(
  client: pg.ClientBase,
  receipts: readonly KeptReceipt[],
): Promise<readonly KeptReceipt[]> {
  const { rows } = await client.query<{ id: string }>('select id from erasure where id = any ($1::text[])', [
    receipts.map(({ id }) => id),
  ]);
  const known = new Set(rows.map(({ id }) => id));
  return receipts.filter(({ id }) => !known.has(id));
}

async function knownReceipts(client: pg.ClientBase): Promise<readonly KeptReceipt[]> {
  const { rows } = await client.query<ErasureRow>('select id, at, by, subject, counts from erasure');
  return rows.map(toErasure);
}

/** Whether the records have anything from before the last erasure of a person; who only came back to the app stays. */
async function isBack(client: pg.ClientBase, personId: string, receipts: readonly KeptReceipt[]): Promise<boolean> {
  const [last] = receipts.map(({ at }) => at).toSorted((one, other) => compareInstants(other, one));
  if (last === undefined) return false;
  const { rows } = await client.query<{ is_back: boolean }>(IS_BACK, [personId, timestampText(last)]);
  return rows[0]?.is_back === true;
}

function checkAge(missing: readonly KeptReceipt[], [oldest]: readonly ErasureKey[]): void {
  const before = missing.find(({ at }) => oldest === undefined || compareInstants(at, oldest.created) < 0);
  if (before !== undefined) throw new MissingKeyError(formatInstant(before.at));
}

async function addKeys(client: pg.ClientBase, keys: readonly ErasureKey[]): Promise<readonly ErasureKey[]> {
  for (const { key, created } of keys) {
    await client.query(`insert into erasure_key values (decode($1, 'hex'), $2::timestamp) on conflict do nothing`, [
      key,
      timestampText(created),
    ]);
  }
  return await readKeys(client);
}

/** What is kept outside does not say who erased. */
function byNobody(receipt: KeptReceipt): Erasure {
  return { ...receipt, by: UNKNOWN_ACTOR };
}
