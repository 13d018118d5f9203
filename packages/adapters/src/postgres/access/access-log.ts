import { type Access, type AccessLog, idsIn, withoutPeople } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { ALL_KEYS, subjectOf } from '../person/subjects.js';
import { isIndexed } from '../records/indexed-text.js';
import { timestampText } from '../records/timestamp-text.js';
import { type Statement, statement } from '../statements/statement.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { RECORD_TABLES } from '../tables.js';
import { toRow } from './access-rows.js';

interface AppendInput extends ReturnType<typeof toRow> {
  /** Every id that the access names, except the actor's, as a JSON array. */
  readonly named: string;
  /** Their digests under each key, as a JSON array: number of ids × number of keys. */
  readonly subjects: string;
}

interface AppendRow {
  readonly n: number;
  /** The ids of people who were erased. If there are any, nothing was stored. */
  readonly erased: readonly string[] | null;
}

/** How long the keys are cached, in milliseconds: a restored backup may bring another one. */
const KEYS_LIFETIME = 60_000;

/** Appends accesses, many in one statement, except those that name an erased person without a newer record. */
function appendStatement(): Statement<AppendInput> {
  const columns = {
    at: 'timestamp',
    actor: 'text',
    operation: 'text',
    person_id: 'text',
    query: 'text',
    status: 'integer',
    request_id: 'text',
    ids: 'json',
    named: 'json',
    subjects: 'json',
  } as const;
  const hasRecords = RECORD_TABLES.map(({ name, owner }) => {
    const column = sql.ref(owner);
    const id = sql`who.id`;
    const found = name === 'blood_glucose_meter' ? isIndexed(column, id) : sql`${column} = ${id}`;
    return sql`exists (select from ${sql.table(name)} where ${found})`;
  });
  return statement('access.append', { repeatable: false }, columns, (inputs) => {
    return sql`
      with input as materialized (select * from ${inputs('access')}),
      gone as materialized (
        select n, json_agg(who.id) as erased
          from input cross join lateral json_array_elements_text(subjects) with ordinality as digest (subject, place)
            cross join lateral (select named ->> ((place - 1) % json_array_length(named))::integer as id) as who
         where exists (select from erasure where erasure.subject = digest.subject)
           and not (${sql.join(hasRecords, sql` or `)})
         group by n
      ), added as (
        insert into access (at, actor, operation, person_id, query, status, request_id, ids)
        select at, actor, operation, person_id, query, status, request_id, array(select json_array_elements_text(ids))
          from input where n not in (select gone.n from gone) order by n
      )
      select n, erased from gone`;
  });
}

interface KeysRow {
  readonly n: number;
  readonly keys: readonly string[] | null;
}

const READ_KEYS = statement<Record<never, never>>('erasure.keys', { repeatable: true }, {}, (inputs) => {
  return sql`select caller.n, known.keys from ${inputs('caller')} cross join (${sql.raw(ALL_KEYS)}) as known`;
});

interface RemoveInput {
  readonly before: string;
  readonly most: number;
}

const REMOVE = statement<RemoveInput>(
  'access.remove',
  { repeatable: true },
  { before: 'timestamp', most: 'integer' },
  (inputs) => sql`
    with doomed as (
      select access.id from ${inputs('wanted')} cross join lateral (
        select id from access where at < wanted.before order by at, id limit wanted.most for update skip locked
      ) as access
    ), removed as (delete from access where id = any (array(select id from doomed)) returning 1)
    select count(*)::integer as count from removed`,
);

/** Keeps accesses in the table `access`. */
export function accessLog(runner: StatementRunner): AccessLog {
  const ask = runner.ask<AppendInput, AppendRow>(appendStatement(), {
    size: ({ query, person_id }) => (query?.length ?? 0) + (person_id?.length ?? 0),
  });
  const askForKeys = runner.ask<Record<never, never>, KeysRow>(READ_KEYS);
  const remove = runner.batch<RemoveInput, number>(REMOVE, {
    async run(inputs, expires) {
      const rows = await runner.runBlocking<RemoveInput, { readonly count: number }>(REMOVE, inputs, expires);
      return inputs.map(() => rows[0]?.count ?? 0);
    },
  });
  let keys: { readonly read: Promise<readonly string[]>; readonly at: number } | undefined;

  async function readKeys(): Promise<readonly string[]> {
    if (keys === undefined || performance.now() - keys.at > KEYS_LIFETIME) {
      const read = askForKeys({}).then((row) => row?.keys ?? []);
      keys = { read, at: performance.now() };
      read.catch(() => {
        keys = undefined;
      });
    }
    return keys.read;
  }

  async function store(access: Access): Promise<readonly string[]> {
    const { actor: _, ...others } = access;
    const named = idsIn({ ...others, actor: access.requestId as Access['actor'] });
    const subjects = (await readKeys()).flatMap((key) => named.map((id) => subjectOf(key, id)));
    const row = await ask({ ...toRow(access), named: JSON.stringify(named), subjects: JSON.stringify(subjects) });
    return row?.erased ?? [];
  }

  return {
    async append(access) {
      const erased = new Set(await store(access));
      // Retries with `erased` in place of their ids; no one has that id.
      if (erased.size > 0) await store(withoutPeople(access, (id) => erased.has(id)));
    },

    removeBefore: (instant, most) => remove({ before: timestampText(instant), most }),
  };
}
