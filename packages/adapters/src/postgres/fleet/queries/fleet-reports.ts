import type { CountedProduct, Device, FleetReportQueries, ProductQueries } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { LONGEST_PAGE } from '../../lists/read-page.js';
import type { RecordTable } from '../../records/record-table.js';
import type { Database } from '../../tables.js';
import { countGroups } from './count-groups.js';
import { readHistory } from './read-history.js';
import type { ReportReads } from './report-reads.js';

/** Counts the people whose records are in `table`. */
export function fleetReportQueries<Row, D extends Device>(
  reads: ReportReads,
  table: RecordTable<Row>,
): FleetReportQueries<D> {
  return {
    countGroups: (request) => reads.read(`fleet_${table.name}.count`, (db) => countGroups(db, table, request)),
    readHistory: (request) =>
      reads.read(`fleet_${table.name}.history`, (db, asOf) => readHistory(db, table.name, asOf, request)),
  };
}

/** Counts the products of both kinds of people. */
export function productQueries(reads: ReportReads): ProductQueries {
  return { countProducts: () => reads.read('fleet_product.count', countProducts) };
}

async function countProducts(db: Kysely<Database>) {
  const { rows } = await sql<CountedProduct & { readonly all: number }>`
    select audience, app_product as "appProduct", people, installations, "all" from (
      select *, count(*) over ()::integer as "all", row_number() over listed as number,
             sum(octet_length(app_product)) over (listed rows unbounded preceding) as size_so_far
        from (
          select case kind when 'mobile' then 'patient' else 'clinician' end as audience, app_product, people::integer, installations::integer
            from fleet_product where people > 0
        ) as product
      window listed as (order by audience collate "C", people desc, app_product collate "C")
    ) as measured where number = 1 or size_so_far <= ${sql.lit(LONGEST_PAGE)} order by number
  `.execute(db);
  const products = rows.map(({ all: _, ...product }) => product);
  return { products, omitted: (rows[0]?.all ?? 0) - products.length };
}
