import {
  type Audit,
  compareInstants,
  EXPORTED_KINDS,
  type ExportedKind,
  type ExportFilter,
  type ExportQueries,
  type Revision,
  type RevisionPlace,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { EntityTable } from '../lists/read-page.js';
import { sizeOfTexts } from '../lists/record-list.js';
import type { Reads } from '../reads/reads.js';
import { columnNames, type RecordTable, readableColumns } from '../records/record-table.js';
import type { Database } from '../tables.js';
import { TimeSlices } from '../time-slices.js';
import { chunkReader } from './chunk-reader.js';

/** How many records a chunk reads … */
const MOST_RECORDS = 500;
/** … and how many while others write … */
const MOST_RECORDS_AMONG_WRITES = 60;
/** … how many states of each kind it holds, and how many bytes of text; at least two states. */
const MOST_STATES = 2_000;
const MOST_BYTES = 1_048_576;

// biome-ignore lint/suspicious/noExplicitAny: three kinds of rows and entities in one walk; each row meets its own entity
type AnyTable = EntityTable<any, any>;

interface Key {
  readonly uuid: string;
  readonly kind: ExportedKind;
}

/** The place after which a chunk begins. */
interface Place extends RevisionPlace {
  /** The kept number of the state that the export calls 1; only where a chunk ended before a record's last state. */
  readonly oldest?: number | undefined;
}

interface State {
  readonly place: RevisionPlace;
  /** The kept number of the state that the export calls 1; undefined for the present state, after which none follows. */
  readonly oldest: number | undefined;
  readonly record: { readonly audit: Audit };
  readonly previous: State['record'] | undefined;
}

/** States of one kind of record, by record id. */
interface States {
  readonly byId: ReadonlyMap<string, readonly State[]>;
  /** The first record with states that did not fit; undefined if all were read. */
  readonly cutAt: string | undefined;
}

/** Exports all states of all records: the kept ones, then the present one. */
export function revisionExport(
  reads: Reads,
  tables: Readonly<Record<ExportedKind, AnyTable>>,
): ExportQueries['revisions'] {
  return ({ after: start, ...filter }, writers) =>
    chunkReader<Place>(reads, 'revisions.export', start, async ({ db, othersWrite }, after) => {
      const most = othersWrite ? MOST_RECORDS_AMONG_WRITES : MOST_RECORDS;
      const keys = await keysFrom(db, tables, most, after);
      const states = new Map<ExportedKind, States>();
      for (const kind of EXPORTED_KINDS) {
        const ids = keys.filter((key) => key.kind === kind).map(({ uuid }) => uuid);
        if (ids.length > 0) states.set(kind, await statesOf(db, kind, tables[kind], ids, after));
      }
      const lines: string[] = [];
      const slices = new TimeSlices();
      let place = after;
      for (const { uuid, kind } of keys) {
        const { byId, cutAt } = states.get(kind) as States;
        const theirs = byId.get(uuid) ?? [];
        for (const state of theirs) {
          if (slices.isOver) await slices.next();
          place = state.place;
          if (passes(state.record.audit, filter)) lines.push(`${writers[kind](revisionOf(state))}\n`);
        }
        // Everything after the last state belongs to the next chunk.
        if (cutAt === uuid) {
          const cut: Place | undefined = place && { ...place, oldest: theirs.at(-1)?.oldest };
          return [{ text: lines.join(''), rows: lines.length, place: cut, isLast: false }];
        }
      }
      return [{ text: lines.join(''), rows: lines.length, place, isLast: keys.length < most }];
    });
}

function revisionOf({ place, record, previous }: State): Revision<never> {
  return { number: place.number, place: '', record: record as never, previous: previous as never };
}

function passes({ modified }: Audit, { modifiedFrom, modifiedBefore }: ExportFilter): boolean {
  if (modifiedFrom !== undefined && compareInstants(modified, modifiedFrom) < 0) return false;
  return modifiedBefore === undefined || compareInstants(modified, modifiedBefore) < 0;
}

/** Reads the next records, beginning with the one in which the last chunk ended. */
async function keysFrom(
  db: Kysely<Database>,
  tables: Readonly<Record<ExportedKind, AnyTable>>,
  most: number,
  after: RevisionPlace | undefined,
): Promise<readonly Key[]> {
  const of = EXPORTED_KINDS.map((kind, index) => {
    const isBehind = after !== undefined && index < EXPORTED_KINDS.indexOf(after.kind);
    const begins = after === undefined ? sql`true` : sql`uuid ${sql.raw(isBehind ? '>' : '>=')} ${after.id}`;
    return sql`(select uuid, ${sql.lit(index)} as kind from ${sql.table(tables[kind].table.name)}
                 where ${begins} order by uuid limit ${most})`;
  });
  const { rows } = await sql<{ readonly uuid: string; readonly kind: number }>`
    select uuid, kind from (${sql.join(of, sql` union all `)}) as keys order by uuid, kind limit ${most}
  `.execute(db);
  return rows.map(({ uuid, kind }) => ({ uuid, kind: EXPORTED_KINDS[kind] as ExportedKind }));
}

/** Reads the states of records of one kind, oldest first; for the first record only those after a place. */
async function statesOf(
  db: Kysely<Database>,
  kind: ExportedKind,
  { table, toEntity }: AnyTable,
  ids: readonly string[],
  after: Place | undefined,
): Promise<States> {
  const wanted = ids.map((id): WantedStates => {
    const isBegun = after?.kind === kind && after.id === id;
    // The state at the place itself is needed to know what the next one changed. Numbers go on as they began, although
    // retention may have deleted the oldest states meanwhile, or all but the present one.
    return { id, first: isBegun ? after.number : 1, oldest: isBegun ? after.oldest : undefined };
  });
  const { rows } = await statesFrom(table, wanted).execute(db);
  const byId = new Map<string, State[]>();
  let before: State | undefined;
  for (const row of rows) {
    const place: RevisionPlace = { id: row.uuid, kind, number: row.revision };
    const record = toEntity(row);
    const state: State = {
      place,
      oldest: row.oldest ?? undefined,
      record,
      previous: before && before.place.id === row.uuid ? before.record : undefined,
    };
    before = state;
    if (after?.kind === kind && after.id === row.uuid && row.revision <= after.number) continue;
    const known = byId.get(row.uuid);
    if (known === undefined) byId.set(row.uuid, [state]);
    else known.push(state);
  }
  const isCut = rows.length < (rows[0]?.read ?? 0);
  return { byId, cutAt: isCut ? rows.at(-1)?.uuid : undefined };
}

interface WantedStates {
  readonly id: string;
  /** The number of the first state to read. */
  readonly first: number;
  /** The kept number of the state that is numbered 1; undefined: of the oldest one. */
  readonly oldest: number | undefined;
}

interface StateRow {
  readonly uuid: string;
  readonly revision: number;
  /** Null for the present state. */
  readonly oldest: number | null;
  /** How many states were read before the limit in bytes applied. */
  readonly read: number;
}

function statesFrom<Row>(table: RecordTable<Row>, records: readonly WantedStates[]): RawBuilder<StateRow & Row> {
  const ids = records.map(({ id }) => id);
  const firsts = records.map(({ first }) => first);
  const oldest = records.map((record) => record.oldest ?? null);
  const kept = sql.table(`${table.name}_revision`);
  const of = (alias: string) => sql.join(columnNames(table).map((column) => sql.ref(`${alias}.${column}`)));
  return sql<StateRow & Row>`
    with known as materialized (
      select wanted.uuid, wanted.first, coalesce(wanted.oldest, range.oldest, 1) as oldest,
             greatest(coalesce(range.newest, 0) + 1, wanted.oldest + wanted.first) as present
        from unnest(${ids}::text[], ${firsts}::integer[], ${oldest}::integer[]) as wanted (uuid, first, oldest)
        cross join lateral (
          select min(number) as oldest, max(number) as newest from ${kept} where uuid = wanted.uuid
        ) as range
    ), states as (
      (select earlier.number - known.oldest + 1 as revision, known.oldest, ${of('earlier')}
         from known join ${kept} as earlier
           on earlier.uuid = known.uuid and earlier.number >= known.oldest + known.first - 1)
      union all
      (select known.present - known.oldest + 1, null, ${of('stored')}
         from known join ${sql.table(table.name)} as stored on stored.uuid = known.uuid
        where known.present - known.oldest + 1 >= known.first)
      order by uuid, revision limit ${MOST_STATES + 1}
    ), counted as (
      select *, count(*) over ()::integer as read, row_number() over in_order as line_number,
             sum(${sizeOfTexts(table)}) over in_order as bytes
        from states window in_order as (order by uuid, revision rows unbounded preceding)
    )
    select revision, oldest, read, ${readableColumns(table, 'counted')} from counted
     where line_number <= 2 or (line_number <= ${MOST_STATES} and bytes <= ${MOST_BYTES})
     order by uuid, revision`;
}
