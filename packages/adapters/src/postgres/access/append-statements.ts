import { type RawBuilder, sql } from 'kysely';
import { isIndexed } from '../records/indexed-text.js';
import { type Statement, statement } from '../statements/statement.js';
import { RECORD_TABLES } from '../tables.js';
import type { toRow } from './access-rows.js';

type Row = ReturnType<typeof toRow>;

/** An access, and the digests under each key of every id that it names beside the actor's, as a PostgreSQL array. */
export type AppendInput = Row & { readonly subjects: string };

/** The ids that an access names beside the actor's, and their digests under each key, as JSON arrays. */
export interface NamedInput {
  readonly named: string;
  /** Number of ids × number of keys. */
  readonly subjects: string;
}

export interface ErasedRow {
  readonly erased: readonly string[];
}

const COLUMNS = {
  at: 'timestamp',
  actor: 'text',
  operation: 'text',
  person_id: 'text',
  query: 'text',
  status: 'integer',
  request_id: 'text',
  ids: 'text',
} as const;

const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const INTO = sql.join(NAMES.map((column) => sql.ref(column)));
const VALUES = sql.join(NAMES.map((column) => (column === 'ids' ? sql`ids::varchar[]` : sql.ref(column))));

/**
 * Appends accesses, except those that name an id that was ever erased: it returns a row for each of these. Nearly every
 * access passes this check; finding out whether the person has a newer record, too, made each cost twice as much.
 */
export function appendStatement(): Statement<AppendInput> {
  const columns = { ...COLUMNS, subjects: 'text' } as const;
  return statement('access.append', { repeatable: false }, columns, (inputs) => {
    const named = sql`(select n, unnest(subjects::text[]) as subject from ${inputs('access', ['subjects'])}) as named`;
    return sql`
      with doubtful as materialized (
        select n from ${named} where exists (select from erasure where erasure.subject = named.subject) group by n
      ), added as (
        insert into access (${INTO}) select ${VALUES} from ${inputs('access', NAMES)}
         where n not in (select doubtful.n from doubtful) order by n
      )
      select n from doubtful`;
  });
}

/** Finds those of the named ids that were ever erased. */
export function erasedStatement(): Statement<NamedInput> {
  return statement('access.erased', { repeatable: true }, { named: 'json', subjects: 'json' }, (inputs) => {
    return sql`
      select n, json_agg(distinct who.id) as erased
        from ${inputs('access')} cross join lateral json_array_elements_text(subjects) with ordinality as digest (subject, place)
          cross join lateral (select named ->> ((place - 1) % json_array_length(named))::integer as id) as who
       where exists (select from erasure where erasure.subject = digest.subject)
       group by n`;
  });
}

/** Returns a row for each id that owns a record. */
export function ownerStatement(): Statement<{ readonly id: string }> {
  const held = RECORD_TABLES.map(({ name, owner }) => {
    const isTheirs = (id: RawBuilder<unknown>) =>
      name === 'blood_glucose_meter' ? isIndexed(sql.ref(owner), id) : sql`${sql.ref(owner)} = ${id}`;
    return { table: sql.table(name), isTheirs };
  });
  return statement(
    'access.owner',
    { repeatable: true },
    { id: 'text' },
    (inputs) => {
      const found = held.map(
        ({ table, isTheirs }) => sql`exists (select from ${table} where ${isTheirs(sql`who.id`)})`,
      );
      return sql`select n from ${inputs('who')} where ${sql.join(found, sql` or `)}`;
    },
    {
      write: (value) =>
        sql.join(
          held.map(({ table, isTheirs }) => {
            return sql`(select ${value('n')} as n from ${table} where ${isTheirs(value('id'))} limit 1)`;
          }),
          sql` union all `,
        ),
    },
  );
}
