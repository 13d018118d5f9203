import {
  type BloodGlucoseMeter,
  type MeterFilter,
  type MeterQueries,
  type MeterSearch,
  type SearchPage,
  type Total,
  totalOf,
  type VersionRange,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ReportReads } from '../fleet/queries/report-reads.js';
import { all, type Condition } from '../lists/conditions.js';
import { distinctTexts } from '../lists/distinct-texts.js';
import { forgedPlace, type Place, parsePlace } from '../lists/parse-place.js';
import { type EntityTable, type ListKey, readPage } from '../lists/read-page.js';
import { sizeOfTexts } from '../lists/record-list.js';
import { versionsInRange } from '../lists/versions-in-range.js';
import type { Read, Reads } from '../reads/reads.js';
import { INDEXED } from '../records/indexed-text.js';
import type { RecordTable } from '../records/record-table.js';
import type { Database } from '../tables.js';
import { countAgreement } from './count-agreement.js';
import { conditionsOf } from './meter-conditions.js';

interface MeterKey extends ListKey {
  readonly date: string;
  readonly created: string;
}

/** How many texts make up a place: date, `created`, uuid. */
const PLACE_LENGTH = 3;

/** Reads the meters of all patients. */
export function meterQueries<Row extends { readonly uuid: string }>(
  reads: Reads,
  reports: ReportReads,
  meters: EntityTable<Row, BloodGlucoseMeter>,
): MeterQueries {
  return {
    async search(search) {
      const place = search.after === undefined ? undefined : parsePlace(search.after, PLACE_LENGTH);
      return reads.run('blood_glucose_meter.search', (read) => page(read, search, place));
    },

    countAgreement: (request) =>
      reports.read('blood_glucose_meter.count_agreement', (db) => countAgreement(db, request)),
  };

  async function page(
    { db, asOf, isDistributed }: Read,
    search: MeterSearch,
    place: Place | undefined,
  ): Promise<SearchPage<BloodGlucoseMeter>> {
    const conditions = await conditionsFor(db, search.filter, isDistributed);
    const keys = await keysOf(db, meters.table, conditions, search, place).catch(forgedPlace);
    const placeOf = ({ date, created, uuid }: MeterKey) => [date, created, uuid];
    const found = await readPage(db, meters, keys, { limit: search.limit, placeOf });
    const total = search.countUpTo === undefined ? {} : { total: await count(db, conditions, search.countUpTo) };
    return { ...found, asOf, ...total };
  }
}

async function conditionsFor(
  db: Kysely<Database>,
  filter: MeterFilter,
  isDistributed: boolean,
): Promise<readonly Condition[]> {
  const range = filter.appVersionRange;
  return conditionsOf(filter, range && (await versionsWithin(db, range, isDistributed)));
}

const VERSIONS = {
  table: sql.table('blood_glucose_meter'),
  column: sql.ref('app_version'),
  beginning: sql.raw(`left(app_version, ${INDEXED}) collate "C"`),
};

/**
 * Steps from version to version in their index. Without it, as while it is built, each step would be a scan, and on several
 * nodes a statement: then one scan finds all.
 */
async function versionsWithin(
  db: Kysely<Database>,
  range: VersionRange,
  isDistributed: boolean,
): Promise<readonly string[]> {
  const { rows } = await sql`
    select from pg_index where indexrelid = to_regclass('blood_glucose_meter_version') and indisvalid
  `.execute(db);
  const all = sql`select ${VERSIONS.column} as version from ${VERSIONS.table}`;
  return versionsInRange(db, rows.length > 0 && !isDistributed ? distinctTexts(VERSIONS) : all, range);
}

/** Finds the keys of a page in the index of the dates, and one more. */
async function keysOf<Row>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  conditions: readonly Condition[],
  { order, limit }: MeterSearch,
  place: Place | undefined,
): Promise<readonly MeterKey[]> {
  const { rows } = await sql<MeterKey>`
    select meter.uuid, meter.date_verified::text as date, meter.created::text as created, ${sizeOfTexts(table)} as size
    from blood_glucose_meter as meter where ${all([...conditions, ...(place ? [beyond(order, place)] : [])])}
    order by ${ORDERS[order]} limit ${limit + 1}
  `.execute(db);
  return rows;
}

const ORDERS: Readonly<Record<MeterSearch['order'], RawBuilder<unknown>>> = {
  newest: sql`meter.date_verified desc, meter.created desc, meter.uuid collate "C" desc`,
  oldest: sql`meter.date_verified, meter.created, meter.uuid collate "C"`,
};

function beyond(order: MeterSearch['order'], [date, created, uuid]: Place): Condition {
  const comparison = order === 'newest' ? sql`<` : sql`>`;
  return sql`(meter.date_verified, meter.created, meter.uuid collate "C")
    ${comparison} (${date}::timestamptz, ${created}::timestamp, ${uuid}::text)`;
}

async function count(db: Kysely<Database>, conditions: readonly Condition[], most: number): Promise<Total> {
  const { rows } = await sql<{ readonly found: number }>`
    select count(*)::integer as found
    from (select 1 from blood_glucose_meter as meter where ${all(conditions)} limit ${most + 1}) as counted
  `.execute(db);
  return totalOf(rows[0]?.found ?? 0, most);
}
