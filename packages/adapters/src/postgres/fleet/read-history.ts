import type { HistoryRequest, Instant, ProductHistory, VersionHistory } from '@polaris-telemetry/domain';
import { dayOf } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { trusted } from '../records/audit-columns.js';
import type { Database } from '../tables.js';
import { knownVersions, productsOf } from './known-versions.js';

/** Reads from the ledger how many people ran each version of a product of a kind, day by day. */
export async function readHistory(
  db: Kysely<Database>,
  kind: string,
  asOf: Instant,
  request: HistoryRequest,
): Promise<Omit<ProductHistory, 'asOf'>> {
  const products = productsOf(kind, [request.appProduct]);
  const { rows } = await sql<{ suspect: number; completeSince: number | null; isKept: boolean }>`
    select coalesce((select clock_suspect from fleet_product as p where ${products}), 0)::integer as suspect,
           (select started::date - date '1970-01-01' from revision_start where table_name = ${kind} and had_rows) as "completeSince",
           exists (select from revision_start where table_name = ${kind}) as "isKept"
  `.execute(db);
  const [row] = rows;
  // While the trigger that keeps revisions still waits for its lock, there are none.
  const completeSince = row?.isKept === false ? dayOf(asOf) : (row?.completeSince ?? undefined);
  return { completeSince, clockSuspect: row?.suspect ?? 0, versions: await readLedger(db, products, request.ends) };
}

interface VersionRow {
  readonly kind: VersionHistory['kind'];
  readonly text: string | null;
  /** PostgreSQL arrays: `{1,2}`. */
  readonly days: string;
  readonly changes: string;
}

async function readLedger(
  db: Kysely<Database>,
  products: RawBuilder<unknown>,
  ends: readonly number[] | undefined,
): Promise<readonly VersionHistory[]> {
  const { rows } = await sql<VersionRow>`
    select kind_of_version as kind, app_version as text, days, changes
      from ${knownVersions(products)} as known
      join (
        select version, array_agg(day order by day)::text as days, array_agg(people order by day)::text as changes
          from (${changesOf(ends)}) as change
         where version in (select v.id from fleet_version as v join fleet_product as p on p.id = v.product where ${products})
         group by version
      ) as ledger on ledger.version = known.id
  `.execute(db);
  return rows.map(({ kind, text, days, changes }): VersionHistory => {
    const of = { days: numbersIn(days), changes: numbersIn(changes) };
    if (kind !== 'version') return { kind, ...of };
    return text === null ? { kind: 'other', ...of } : { kind, appVersion: trusted(text), ...of };
  });
}

const DAY = sql`day - date '1970-01-01'`;

/** The ledger's entries, each moved to the first of `ends` on or after its day. */
function changesOf(ends: readonly number[] | undefined): RawBuilder<unknown> {
  if (ends === undefined) return sql`select version, ${DAY} as day, people from fleet_ledger`;
  const days = sql`${ends}::integer[]`;
  const end = ends.length === 1 ? sql`(${days})[1]` : sql`(${days})[1 + width_bucket(${DAY} - 1, ${days})]`;
  return sql`select version, ${end} as day, sum(people)::integer as people from fleet_ledger
    where ${DAY} <= ${ends.at(-1)} group by 1, 2 having sum(people) <> 0`;
}

function numbersIn(array: string): readonly number[] {
  return JSON.parse(`[${array.slice(1, -1)}]`) as number[];
}
