import type {
  Access,
  Clock,
  NamedInRecord,
  PersonalData,
  PersonalDataQueries,
  Revision,
} from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { type AccessRow, toAccess } from '../access/access-rows.js';
import { isDistributed } from '../connections/distribution.js';
import { DEADLINES } from '../deadlines.js';
import { domainError } from '../failures.js';
import type { EntityTable } from '../lists/read-page.js';
import { bloodGlucoseMeters } from '../mappings/blood-glucose-meters.js';
import { desktopInstallations } from '../mappings/desktop-installations.js';
import { mobileInstallations } from '../mappings/mobile-installations.js';
import type { OpenConnection, ReadConnection } from '../reads/read-connection.js';
import { ReadPool } from '../reads/read-pool.js';
import { columnNames, readableColumns } from '../records/record-table.js';
import { RECORD_TABLES } from '../tables.js';
import { countPerson } from './count-person.js';
import { ACCESS_NAMES, namesInOthers, owns, ownsRevision } from './person-sql.js';

/** How many may be read at once; the service never asks for more. */
const SIZE = 2;
const MOST_WAITING = 8;

/** In milliseconds: the server ends the transaction of a reader that has been idle for this long. */
const LONGEST_SILENCE = 60_000;

/** How many rows one fetch returns; each may hold a megabyte. */
const BATCH = 32;

const BEGIN = [
  'begin isolation level repeatable read read only',
  `set local statement_timeout = ${LONGEST_SILENCE}`,
  `set local lock_timeout = ${DEADLINES.lock}`,
  `set local idle_in_transaction_session_timeout = ${LONGEST_SILENCE + DEADLINES.silence}`,
  'set local enable_seqscan = off',
  'set local plan_cache_mode = auto',
  'set local jit = off',
].join('; ');

const KINDS = {
  mobile: 'patient_installation',
  desktop: 'clinician_installation',
  blood_glucose_meter: 'blood_glucose_meter',
} as const satisfies Readonly<Record<string, NamedInRecord['kind']>>;

export interface ConnectedPersonalData extends PersonalDataQueries {
  close(): Promise<void>;
}

/** Reads everything held on one person from the primary, each time in a transaction on its own connection. */
export function personalDataQueries(
  open: OpenConnection,
  clock: Clock,
  callerSignal: () => AbortSignal | undefined = () => undefined,
): ConnectedPersonalData {
  const pool = new ReadPool({ open, size: SIZE, mostWaiting: MOST_WAITING, patience: DEADLINES.connect });
  return {
    open(personId) {
      const closing = new AbortController();
      const caller = callerSignal();
      const signal = caller ? AbortSignal.any([closing.signal, caller]) : closing.signal;
      return new Promise((resolve, reject) => {
        const reading = pool.use(signal, async (connection) => {
          const asOf = clock.now();
          await connection.client.query(BEGIN);
          const counts = await countPerson(connection.client, personId);
          const person = await personForCursors(connection.client, personId);
          resolve({ asOf, counts, ...partsOn({ connection, person }), close });
          await new Promise(() => {});
        });
        // Closing ends it, with the signal's reason.
        const ended = reading.catch((error) => reject(domainError(error)));
        async function close(): Promise<void> {
          closing.abort();
          await ended;
        }
      });
    },
    close: () => pool.close(),
  };
}

interface Reading {
  readonly connection: ReadConnection;
  /** The id of the person, as SQL. */
  readonly person: string;
}

/** Returns the id as SQL, because a cursor takes no parameters. Statements in the server's log then do not name the person. */
async function personForCursors(client: pg.Client, personId: string): Promise<string> {
  // The other nodes do not know this session's settings.
  if (isDistributed(client)) return client.escapeLiteral(personId);
  await client.query(`select set_config('polaris.person', $1, true)`, [personId]);
  return `current_setting('polaris.person')`;
}

function partsOn(reading: Reading): Omit<PersonalData, 'asOf' | 'counts' | 'close'> {
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
