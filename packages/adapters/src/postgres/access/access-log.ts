import type { KeyObject } from 'node:crypto';
import { type AccessLog, idsBesideActor, type NewAccess, withoutPeople } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { ALL_KEYS, keyOf, subjectOf } from '../person/subjects.js';
import { arrayLiteral } from '../statements/array-literal.js';
import { statement } from '../statements/statement.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { toRow } from './access-rows.js';
import {
  type AppendInput,
  appendStatement,
  type ErasedRow,
  erasedStatement,
  type NamedInput,
  ownerStatement,
} from './append-statements.js';

/** How long the keys are cached, in milliseconds: a restored backup may bring another one. */
const KEYS_LIFETIME = 60_000;

interface KeysRow {
  readonly n: number;
  readonly keys: readonly string[] | null;
}

const READ_KEYS = statement<Record<never, never>>('erasure.keys', { repeatable: true }, {}, (inputs) => {
  return sql`select caller.n, known.keys from ${inputs('caller')} cross join (${sql.raw(ALL_KEYS)}) as known`;
});

interface RemoveInput {
  readonly days: number;
  readonly most: number;
}

const REMOVE = statement<RemoveInput>(
  'access.remove',
  { repeatable: true },
  { days: 'integer', most: 'integer' },
  (inputs) => sql`
    with doomed as (
      select access.id from ${inputs('wanted')} cross join lateral (
        select id from access where at < now() at time zone 'UTC' - make_interval(days => wanted.days)
         order by at, id limit wanted.most for update skip locked
      ) as access
    ), removed as (delete from access where id = any (array(select id from doomed)) returning 1)
    select count(*)::integer as count from removed`,
);

/** Keeps accesses in the table `access`. */
export function accessLog(runner: StatementRunner): AccessLog {
  const size = ({ query, person_id }: AppendInput) => (query?.length ?? 0) + (person_id?.length ?? 0);
  const append = runner.ask<AppendInput, object>(appendStatement(), { size });
  const findErased = runner.ask<NamedInput, ErasedRow>(erasedStatement());
  const findOwner = runner.ask<{ readonly id: string }, object>(ownerStatement());
  const askForKeys = runner.ask<Record<never, never>, KeysRow>(READ_KEYS);
  const remove = runner.batch<RemoveInput, number>(REMOVE, {
    async run(inputs, expires) {
      const rows = await runner.runBlocking<RemoveInput, { readonly count: number }>(REMOVE, inputs, expires);
      return inputs.map(() => rows[0]?.count ?? 0);
    },
  });
  let keys: { readonly read: Promise<readonly KeyObject[]>; readonly at: number } | undefined;

  async function readKeys(): Promise<readonly KeyObject[]> {
    if (keys === undefined || performance.now() - keys.at > KEYS_LIFETIME) {
      const read = askForKeys({}).then((row) => (row?.keys ?? []).map(keyOf));
      keys = { read, at: performance.now() };
      read.catch(() => {
        keys = undefined;
      });
    }
    return keys.read;
  }

  /** Returns those of the ids that belong to people who were erased and have no newer record. */
  async function withoutRecords(named: readonly string[], subjects: readonly string[]): Promise<readonly string[]> {
    const row = await findErased({ named: JSON.stringify(named), subjects: JSON.stringify(subjects) });
    const known = await Promise.all((row?.erased ?? []).map(async (id) => ({ id, owner: await findOwner({ id }) })));
    return known.filter(({ owner }) => owner === undefined).map(({ id }) => id);
  }

  /** Returns the ids of people who were erased and have no newer record. If there are any, nothing was stored. */
  async function store(access: NewAccess): Promise<readonly string[]> {
    const named = idsBesideActor(access);
    const subjects = (await readKeys()).flatMap((key) => named.map((id) => subjectOf(key, id)));
    const row = toRow(access, named);
    const doubtful = await append({ ...row, subjects: arrayLiteral(subjects, (subject) => subject) });
    if (doubtful === undefined) return [];
    const erased = await withoutRecords(named, subjects);
    if (erased.length === 0) await append({ ...row, subjects: '{}' });
    return erased;
  }

  return {
    async append(access) {
      const erased = await store(access);
      // Retries with `erased` in place of their ids; no one has that id.
      if (erased.length > 0) await store(withoutPeople(access, (id) => erased.includes(id)));
    },

    removeOlderThan: (days, most) => remove({ days, most }),
  };
}
