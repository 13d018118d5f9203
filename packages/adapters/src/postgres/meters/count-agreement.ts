import type {
  AgreementCount,
  AgreementDimension,
  AgreementGroup,
  AgreementRequest,
  CountedAgreement,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { LONGEST_PAGE } from '../lists/read-page.js';
import type { Read } from '../reads/reads.js';
import type { Database } from '../tables.js';
import { all, conditionsOf, IS_ITS_PHONE, verifiedWithin } from './meter-conditions.js';

/** The expression that names a group. */
const NAMES: Readonly<Record<AgreementDimension, RawBuilder<string>>> = {
  app_version: sql`meter.app_version`,
  serial_number: sql`meter.serial_number`,
  phone_os: sql`phone.phone_os`,
  manufacturer: sql`phone.manufacturer`,
  model: sql`phone.model`,
};
/** What the names of all groups may take: JSON can make six bytes of one, and a report is as long as a page at most. */
const MOST_BYTES = sql.lit(Math.floor(LONGEST_PAGE / 6));
const OF_PHONES: ReadonlySet<AgreementDimension> = new Set(['phone_os', 'manufacturer', 'model']);

/** Counts answers by group: first how many groups have each agreement, then the requested groups. */
export async function countAgreement(
  { db, asOf }: Read,
  { filter, by, top, first }: AgreementRequest,
): Promise<CountedAgreement> {
  const groups = groupsOf(filter, by);
  const counts = await countsOf(db, groups);
  if (top === 0 || counts.length === 0) return { counts, groups: [], asOf };
  return { counts, groups: await topGroups(db, groups, top, first(counts)), asOf };
}

async function countsOf(db: Kysely<Database>, groups: RawBuilder<unknown>): Promise<readonly AgreementCount[]> {
  const { rows } = await sql<AgreementCount>`
    select told, disagree, count(*)::integer as groups from (${groups}) as by_name group by told, disagree
  `.execute(db);
  return rows;
}

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
      select name, told, disagree, row_number() over wanted as place, sum(octet_length(name)) over wanted as size
      from (${groups}) as by_name
      window wanted as (
        order by (told, disagree) in (select * from unnest(${told}::integer[], ${disagree}::integer[])) desc,
          disagree desc, told desc, name collate "C" nulls last
        rows unbounded preceding
      )
    )
    select name, told, disagree from top
    where place <= ${top} and (place = 1 or coalesce(size, 0) <= ${MOST_BYTES}) order by place
  `.execute(db);
  return rows;
}

function groupsOf(filter: AgreementRequest['filter'], by: AgreementDimension | undefined): RawBuilder<unknown> {
  const name = by === undefined ? sql`null::text` : NAMES[by];
  const phone = by !== undefined && OF_PHONES.has(by) ? sql`left join mobile as phone on ${IS_ITS_PHONE}` : sql``;
  return sql`select ${name} as name, count(*)::integer as told,
      count(*) filter (where not meter.is_bg_value_correct)::integer as disagree
    from ${readingsOf(filter)} as meter ${phone}
    group by 1`;
}

/**
 * The readings that count. The newest answer of each meter takes a pass and a sort, which compares numbers before it
 * compares texts: in the order of an index, each row would come from another place of the table.
 */
function readingsOf({ latestTold, ...filter }: AgreementRequest['filter']): RawBuilder<unknown> {
  if (!latestTold) {
    return sql`(select * from blood_glucose_meter as meter
      where meter.is_bg_value_correct is not null and ${all(conditionsOf(filter))})`;
  }
  const { appProduct, ...verified } = filter;
  return sql`(select * from (
      select distinct on (hashtext(meter.patient_id), meter.patient_id, meter.serial_number)
        meter.patient_id, meter.serial_number, meter.mobile_id, meter.app_product, meter.app_version,
        meter.is_bg_value_correct
      from blood_glucose_meter as meter
      where meter.is_bg_value_correct is not null and meter.serial_number <> '' and ${all(verifiedWithin(verified))}
      order by hashtext(meter.patient_id), meter.patient_id, meter.serial_number,
        meter.date_verified desc, meter.created desc, meter.uuid collate "C" desc
    ) as meter where ${all(conditionsOf({ appProduct }))})`;
}
