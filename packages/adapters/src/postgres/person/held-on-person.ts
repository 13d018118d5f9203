import type { Access, NamedInRecord, PersonalData, Revision } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import { type AccessRow, toAccess } from '../access/access-rows.js';
import type { EntityTable } from '../lists/read-page.js';
import { bloodGlucoseMeters } from '../mappings/blood-glucose-meters.js';
import { desktopInstallations } from '../mappings/desktop-installations.js';
import { mobileInstallations } from '../mappings/mobile-installations.js';
import type { ReadConnection } from '../reads/read-connection.js';
import { columnNames, readableColumns } from '../records/record-table.js';
import { RECORD_TABLES } from '../tables.js';
import { ACCESS_NAMES, namesInOthers, owns, ownsRevision } from './person-sql.js';

/** How many rows one fetch returns; each may hold a megabyte. */
const BATCH = 32;

const KINDS = {
  mobile: 'patient_installation',
  desktop: 'clinician_installation',
  blood_glucose_meter: 'blood_glucose_meter',
} as const satisfies Readonly<Record<string, NamedInRecord['kind']>>;

/** A connection in the transaction that reads a person's data. */
interface Reading {
  readonly connection: ReadConnection;
  /** The id of the person, as SQL. */
  readonly person: string;
}

/** Returns the parts of what is held on a person; each is read on demand, one after the other. */
export function heldOnPerson(reading: Reading): Omit<PersonalData, 'asOf' | 'counts' | 'close'> {
  return {
    patientInstallations: held(reading, mobileInstallations),
    clinicianInstallations: held(reading, desktopInstallations),
    meters: held(reading, bloodGlucoseMeters),
    recordsOfOthers: () => recordsOfOthers(reading),
    accesses: () => accesses(reading),
  };
}

let cursors = 0;

/** Reads the rows of a statement about the person (`$1::text`), a few at a time. */
async function* rowsOf<Row extends object>({ connection, person }: Reading, statement: string): AsyncGenerator<Row> {
  const { client } = connection;
  const name = `part_${cursors++}`;
  // A function, because a literal may hold what would otherwise stand for a part of the match.
  const text = statement.replaceAll('$1::text', () => `${person}::text`);
  await client.query(`declare ${name} no scroll cursor for ${text}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${BATCH} from ${name}`);
    yield* rows;
    if (rows.length < BATCH) break;
  }
  await client.query(`close ${name}`);
}

type StateRow<Row> = Row & { readonly position: number; readonly oldest: number };

function held<Row extends object & { readonly uuid: string }, Entity>(
  reading: Reading,
  { table, toEntity }: EntityTable<Row, Entity>,
) {
  const { name, owner } = table;
  const columns = columnNames(table).join(', ');
  const readable = textOf(reading.connection, readableColumns(table, 'stored'));
  return {
    async *records(): AsyncGenerator<Entity> {
      const statement = `select ${readable} from ${name} as stored where ${owns({ name, owner })} order by stored.uuid collate "C"`;
      for await (const row of rowsOf<Row>(reading, statement)) yield toEntity(row);
    },

    async *revisions(): AsyncGenerator<Revision<Entity>> {
      const own = `select * from ${name} where ${owns({ name, owner })}`;
      const kept = `select max(number) from ${name}_revision where ${owns({ name, owner })} and uuid = own.uuid`;
      const statement = `
        select position, min(position) over (partition by stored.uuid) as oldest, ${readable} from (
          select number as position, ${columns} from ${name}_revision where ${ownsRevision({ name, owner })}
          union all
          select coalesce((${kept}), 0) + 1, ${columns} from (${own}) as own
        ) as stored order by stored.uuid collate "C", position desc`;
      let newer: StateRow<Row> | undefined;
      for await (const row of rowsOf<StateRow<Row>>(reading, statement)) {
        if (newer !== undefined) yield revisionOf(newer, newer.uuid === row.uuid ? toEntity(row) : undefined, toEntity);
        newer = row;
      }
      if (newer !== undefined) yield revisionOf(newer, undefined, toEntity);
    },
  };
}

function revisionOf<Row, Entity>(
  row: StateRow<Row>,
  previous: Entity | undefined,
  toEntity: (row: Row) => Entity,
): Revision<Entity> {
  const { position, oldest } = row;
  return { number: position - oldest + 1, place: String(position), record: toEntity(row), previous };
}

function textOf({ db }: ReadConnection, part: RawBuilder<unknown>): string {
  return sql`${part}`.compile(db).sql;
}

async function* recordsOfOthers(reading: Reading): AsyncGenerator<NamedInRecord> {
  const kinds = RECORD_TABLES.toSorted((a, b) =>
    KINDS[a.name as keyof typeof KINDS] < KINDS[b.name as keyof typeof KINDS] ? -1 : 1,
  );
  for (const { name, owner } of kinds) {
    const parts = [name, `${name}_revision`].map(
      (table) =>
        `select uuid, created_by_, modified_by_ from ${table} where ${owner} <> $1::text and ${namesInOthers(table, owner)}`,
    );
    const statement = `
      select uuid, bool_or(created_by_ = $1::text) as made, bool_or(modified_by_ = $1::text) as changed
        from (${parts.join(' union all ')}) as named group by uuid order by uuid collate "C"`;
    for await (const { uuid, made, changed } of rowsOf<{ uuid: string; made: boolean; changed: boolean }>(
      reading,
      statement,
    )) {
      yield {
        kind: KINDS[name as keyof typeof KINDS],
        id: uuid as NamedInRecord['id'],
        roles: [...(made ? (['created_by'] as const) : []), ...(changed ? (['modified_by'] as const) : [])],
      };
    }
  }
}

async function* accesses(reading: Reading): AsyncGenerator<Access> {
  const statement = `select at, actor, operation, person_id, query, status, request_id from access
    where ${ACCESS_NAMES} and (person_id = $1::text or actor = $1::text) order by at desc, id desc`;
  for await (const row of rowsOf<AccessRow>(reading, statement)) yield toAccess(row);
}
