import { RETRY_WINDOW_SECONDS } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import type { InputValue } from '../statements/routed-form.js';
import { type Statement, statement } from '../statements/statement.js';
import { addOnceFunctionName } from './add-once-function.js';
import { columnNames, type RecordTable } from './record-table.js';

/** How many expired keys each addition removes: more than the one it adds, so that they cannot pile up. */
const REMOVED_FOR_EACH = 4;

/** The addition of a row. */
export interface AddOnceInput {
  /** The digest that stores its retry key, in hexadecimal digits. No two are the same. */
  readonly id: string;
  /** The number of its advisory lock. */
  readonly lock: string;
  readonly owner: string;
  /** In hexadecimal digits. */
  readonly fingerprint: string;
  /** In hexadecimal digits; null for none. */
  readonly values: string | null;
  /** The row as JSON. */
  readonly snapshot: string;
  readonly created: string;
}

const INPUT = {
  id: 'text',
  lock: 'bigint',
  owner: 'text',
  fingerprint: 'text',
  values: 'text',
  snapshot: 'json',
  created: 'timestamp',
} as const;

/** The outcome of an addition. */
export interface AddOnceRow {
  /** The number of the addition, counted from 1. */
  readonly n: number;
  /** Whether no other caller is adding under this key. */
  readonly locked: boolean;
  /** Whether this statement added the row. */
  readonly added: boolean;
  /** Whether the key was already used for the same request; null if it was not used. */
  readonly same: boolean | null;
  /** The row first added under the key, if the key was used. */
  readonly snapshot: unknown;
}

/**
 * Adds rows unless their retry keys were already used, in one statement, so that no crash leaves a key without its row or
 * a row without its key.
 *
 * The lock reveals a request in progress; it ends with the transaction, so it also works for a pooler's clients. A
 * statement sees what was committed when it began: another request may end between that moment and the lock. Its key is
 * then invisible, but the insert conflicts with it and claims nothing: neither `added` nor `same`, and the caller asks
 * again.
 *
 * Keys count for 24 hours between the records' `created`. Expired ones are removed here, a few at a time.
 *
 * Where Citus distributes the records, a function does the same for one row.
 */
export function addOnceStatement<Row>(table: RecordTable<Row>): Statement<AddOnceInput> {
  const columns = sql.join(columnNames(table).map((column) => sql.ref(column)));
  const typed = sql.join(columnNames(table).map((column) => sql`${sql.ref(column)} ${sql.raw(table.columns[column])}`));
  const window = sql`interval '${sql.raw(String(RETRY_WINDOW_SECONDS))} seconds'`;
  return statement(
    `${table.name}.add-once`,
    { repeatable: false },
    INPUT,
    (inputs) => sql`
      with input as materialized (
        select n, decode(id, 'hex') as id, owner, decode(fingerprint, 'hex') as fingerprint, decode(values, 'hex') as values,
          snapshot, created,
          pg_try_advisory_xact_lock(lock) as locked
        from ${inputs('addition')}
      ), used as materialized (
        select input.n, known.snapshot, known.fingerprint = input.fingerprint
          or coalesce(known.values_fingerprint = sha256(input.values || known.fingerprint), false) as same
        from input cross join lateral (select * from idempotency_key where id = input.id limit 1) as known
        where known.owner = input.owner and known.created > input.created - ${window}
      ), claim as (
        insert into idempotency_key as known (id, kind, owner, fingerprint, values_fingerprint, snapshot, created)
        select id, ${sql.lit(table.name)}, owner, fingerprint, sha256(values || fingerprint), snapshot, created from input
        where locked and n not in (select used.n from used)
        on conflict (id) do update
        set fingerprint = excluded.fingerprint, values_fingerprint = excluded.values_fingerprint, snapshot = excluded.snapshot, created = excluded.created
        where known.owner = excluded.owner and known.created <= excluded.created - ${window}
        returning id, snapshot
      ), added as (
        insert into ${sql.table(table.name)} (${columns})
        select ${columns} from claim cross join lateral json_to_record(claim.snapshot) as record (${typed})
      ), removed as (
        delete from idempotency_key where id = any (array(
          select known.id from idempotency_key as known
          where known.created <= (select min(input.created) - ${window} from input)
            and known.id <> all (array(select input.id from input))
          order by known.created
          limit (select ${sql.lit(REMOVED_FOR_EACH)} * count(*) from claim)
          for update skip locked
        ))
      )
      select n, locked, input.id in (select claim.id from claim) as added,
        (select used.same from used where used.n = input.n), (select used.snapshot from used where used.n = input.n)
      from input`,
    { write: (value) => sql`select ${value('n')} as n, outcome.* from ${callOf(table.name, value)} as outcome` },
  );
}

function callOf(table: string, value: InputValue<keyof AddOnceInput>): RawBuilder<unknown> {
  const bytes = (column: keyof AddOnceInput) => sql`decode(${value(column)}, 'hex')`;
  const others = [value('lock'), value('owner'), bytes('fingerprint'), bytes('values')];
  const arguments_ = [bytes('id'), ...others, value('snapshot'), value('created')];
  return sql`${sql.id(addOnceFunctionName(table))}(${sql.join(arguments_)})`;
}
