import type {
  AgreementCount,
  AgreementDimension,
  AgreementGroup,
  AgreementRequest,
  CountedAgreement,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { all } from '../lists/conditions.js';
import { LONGEST_PAGE } from '../lists/read-page.js';
import type { Database } from '../tables.js';
import { conditionsOf, verifiedWithin } from './meter-conditions.js';

/** What the names of all groups may take: JSON can make six bytes of one, and a report is as long as a page at most. */
const MOST_BYTES = sql.lit(Math.floor(LONGEST_PAGE / 6));

/** Counts answers by group: first how many groups have each agreement, then the requested groups. */
export async function countAgreement(
  db: Kysely<Database>,
  { filter, by, top, first }: AgreementRequest,
): Promise<Omit<CountedAgreement, 'asOf'>> {
  const groups = groupsOf(filter, by);
  const counts = await countsOf(db, groups);
  if (top === 0 || counts.length === 0) return { counts, groups: [] };
  return { counts, groups: await topGroups(db, groups, top, first(counts)) };
}

async function countsOf(db: Kysely<Database>, groups: RawBuilder<unknown>): Promise<readonly AgreementCount[]> {
  const { rows } = await sql<AgreementCount>`
    select told, disagree, count(*)::integer as groups from (${groups}) as by_name group by told, disagree
  `.execute(db);
  return rows;
}

const WANTED = sql`is_first desc, disagree desc, told desc, name collate "C" nulls last`;

async function topGroups(
  db: Kysely<Database>,
  groups: RawBuilder<unknown>,
  top: number,
  first: readonly { readonly told: number; readonly disagree: number }[],
): Promise<readonly AgreementGroup[]> {
  const told = first.map((agreement) => agreement.told);
  const disagree = first.map((agreement) => agreement.disagree);
  const { rows } = await sql<AgreementGroup>`
    with top as (
      select name, told, disagree,
             (told, disagree) in (select * from unnest(${told}::integer[], ${disagree}::integer[])) as is_first
        from (${groups}) as by_name
       order by ${WANTED} limit ${top}
    ),
    measured as (
      select *, row_number() over wanted as place, sum(octet_length(name)) over wanted as size
        from top window wanted as (order by ${WANTED} rows unbounded preceding)
    )
    select name, told, disagree from measured
     where place = 1 or coalesce(size, 0) <= ${MOST_BYTES} order by place
  `.execute(db);
  return rows;
}

function groupsOf(filter: AgreementRequest['filter'], by: AgreementDimension | undefined): RawBuilder<unknown> {
  const name = by === undefined ? sql`null::text` : sql.ref(by);
  const isOfAllTime = filter.verifiedFrom === undefined && filter.verifiedBefore === undefined;
  return isOfAllTime ? fromSums(name, by, filter) : fromReadings(name, filter);
}

/** Adds up the sums that the fold keeps: a fraction of the readings. */
function fromSums(
  name: RawBuilder<unknown>,
  by: AgreementDimension | undefined,
  { latestTold, ...filter }: AgreementRequest['filter'],
): RawBuilder<unknown> {
  const sums = by === 'serial_number' ? 'fleet_reading_serial' : 'fleet_reading_group';
  const [told, disagree] = latestTold ? ['newest_told', 'newest_disagree'] : ['told', 'disagree'];
  return sql`select ${name} as name, sum(${sql.ref(told)})::integer as told, sum(${sql.ref(disagree)})::integer as disagree
    from ${sql.table(sums)} as meter where ${sql.ref(told)} > 0 and ${all(conditionsOf(filter))}
    group by 1`;
}

/** Counts the readings of a time one by one. */
function fromReadings(name: RawBuilder<unknown>, filter: AgreementRequest['filter']): RawBuilder<unknown> {
  return sql`select ${name} as name, count(*)::integer as told,
      count(*) filter (where not is_bg_value_correct)::integer as disagree
    from ${readingsOf(filter)} as meter group by 1`;
}

/**
 * The readings that count. The newest of all is also the newest since a day, if it is that recent. The newest before a
 * day takes a sort, which compares numbers before it compares texts.
 */
function readingsOf({ latestTold, ...filter }: AgreementRequest['filter']): RawBuilder<unknown> {
  if (!latestTold || filter.verifiedBefore === undefined) {
    const isCounted = latestTold ? sql<boolean>`is_newest` : sql<boolean>`true`;
    return sql`(select * from fleet_reading as meter where ${all([isCounted, ...conditionsOf(filter)])})`;
  }
  const { appProduct, ...verified } = filter;
  return sql`(select * from (
      select distinct on (hashtext(meter.patient_id), meter.patient_id, meter.serial_number) meter.*
      from fleet_reading as meter where meter.serial_number <> '' and ${all(verifiedWithin(verified))}
      order by hashtext(meter.patient_id), meter.patient_id, meter.serial_number,
        meter.date_verified desc, meter.created desc, meter.uuid collate "C" desc
    ) as meter where ${all(conditionsOf({ appProduct }))})`;
}
