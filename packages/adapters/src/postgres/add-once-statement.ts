import { createHash } from 'node:crypto';
import { RETRY_WINDOW_SECONDS, type Retry } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { columnNames, type RecordTable } from './record-table.js';
import { type Statement, statement } from './statement.js';

/** How many forgotten keys each addition removes: more than the one it adds, so that they cannot pile up. */
const REMOVED_AT_ONCE = 4;

export interface AddOnceValues {
  readonly id: Buffer;
  readonly lock: string;
  readonly kind: string;
  readonly owner: string;
  readonly fingerprint: Buffer;
  /** The row as JSON. */
  readonly snapshot: string;
  readonly created: string;
}

/** Exactly one of these. */
export interface AddOnceRow {
  /** Whether nobody else is adding under this key. */
  readonly locked: boolean;
  /** Whether the row was added now. */
  readonly added: boolean;
  /** Whether the key was used before for the same request; null when it was not used. */
  readonly same: boolean | null;
  /** The row that the key led to. */
  readonly snapshot: unknown;
}

/**
 * Adds a row unless its retry key was used before, in one statement, so that no crash leaves the key without the row or
 * the row without the key.
 *
 * The lock tells a request that is under way from none; it ends with the transaction, so a pooler's clients share it
 * rightly. A statement sees what was committed when it began: the first request may end between that moment and the lock.
 * Then the key is not seen, but the insert runs into it and claims nothing: neither `added` nor `same`, and the caller
 * asks again.
 *
 * Keys count 24 hours between the records' `created`. Forgotten ones are removed here, a few at a time.
 */
export function addOnceStatement<Row>(table: RecordTable<Row>): Statement<AddOnceValues> {
  const columns = sql.join(columnNames(table).map((column) => sql.ref(column)));
  const typed = sql.join(columnNames(table).map((column) => sql`${sql.ref(column)} ${sql.raw(table.columns[column])}`));
  const window = sql`interval '${sql.raw(String(RETRY_WINDOW_SECONDS))} seconds'`;
  return statement(`${table.name}.add-once`, { repeatable: false }, (place) => {
    return sql`
      with input as materialized (
        select ${place('id')}::bytea as id, ${place('kind')}::text as kind, ${place('owner')}::text as owner,
          ${place('fingerprint')}::bytea as fingerprint, ${place('snapshot')}::json as snapshot,
          ${place('created')}::timestamp as created, pg_try_advisory_xact_lock(${place('lock')}::bigint) as locked
      ), used as materialized (
        select known.fingerprint = input.fingerprint as same, known.snapshot
        from input join idempotency_key as known on known.id = any (array[input.id]) and known.owner = input.owner
        where known.created > input.created - ${window}
      ), claim as (
        insert into idempotency_key as known (id, kind, owner, fingerprint, snapshot, created)
        select id, kind, owner, fingerprint, snapshot, created from input
        where locked and not exists (select from used)
        on conflict (id) do update
        set fingerprint = excluded.fingerprint, snapshot = excluded.snapshot, created = excluded.created
        where known.owner = excluded.owner and known.created <= excluded.created - ${window}
        returning snapshot
      ), added as (
        insert into ${sql.table(table.name)} (${columns})
        select ${columns} from claim cross join lateral json_to_record(claim.snapshot) as record (${typed})
      ), removed as (
        delete from idempotency_key where id = any (array(
          select known.id from idempotency_key as known
          where exists (select from claim)
            and known.created <= (select created - ${window} from input) and known.id <> (select id from input)
          order by known.created limit ${sql.lit(REMOVED_AT_ONCE)} for update skip locked
        ))
      )
      select locked, exists (select from claim) as added, (select same from used), (select snapshot from used)
      from input`;
  });
}

/** What the key of a retry is stored under. */
export function retryId(kind: string, owner: string, retry: Retry): { readonly id: Buffer; readonly lock: string } {
  const id = sha256(JSON.stringify([kind, owner, retry.key]));
  return { id, lock: String(id.readBigInt64BE()) };
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
