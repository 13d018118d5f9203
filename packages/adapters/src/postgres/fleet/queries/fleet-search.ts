import { hash } from 'node:crypto';
import type {
  Device,
  FleetMember,
  FleetOrder,
  FleetPage,
  FleetQueries,
  FleetSearch,
  Installation,
  Total,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { forgedPlace, type Place, parsePlace } from '../../lists/parse-place.js';
import { fitting } from '../../lists/read-page.js';
import { sizeOfTexts } from '../../lists/record-list.js';
import type { Reads } from '../../reads/reads.js';
import { trusted } from '../../records/audit-columns.js';
import { firstCharacters } from '../../records/indexed-text.js';
import { type RecordTable, readableColumns } from '../../records/record-table.js';
import { instantOf } from '../../records/timestamp-text.js';
import type { Database } from '../../tables.js';
import { conditionOf } from './fleet-filter.js';
import { readAsOf } from './read-as-of.js';

/** A place holds this many characters of a product, and a digest if the product is longer. */
const PRODUCT_IN_PLACE = 64;

const COLUMNS = { since: 'since', lastSeen: 'last_seen' } as const;

/** Searches the current installations of the records of `table`. */
export function fleetQueries<Row, D extends Device>(
  reads: Reads,
  table: RecordTable<Row>,
  toEntity: (row: Row) => Installation<D>,
): FleetQueries<D> {
  const current = sql.table(`fleet_${table.name}`);

  return {
    async search(search) {
      const { limit, countUpTo } = search;
      const start = search.after === undefined ? undefined : parsePlace(search.after, 4);
      return reads.run(`fleet_${table.name}.search`, async ({ db }): Promise<FleetPage<D>> => {
        const asOf = await readAsOf(db);
        const condition = await conditionOf(db, table, search.filter);
        const keys = await findKeys(db, table, search, condition, start).catch(forgedPlace);
        const page = keys.slice(0, Math.min(fitting(keys), limit));
        const members = await readMembers(db, page);
        const results = members.map((row) => ({ record: memberOf(row), place: placeOf(search.order, row) }));
        const total = countUpTo === undefined ? {} : { total: await count(db, condition, countUpTo) };
        return { results, more: keys.length > page.length, asOf, ...total };
      });
    },
  };

  async function readMembers(db: Kysely<Database>, keys: readonly Key[]): Promise<readonly (Row & MemberRow)[]> {
    const { rows } = await sql<Row & MemberRow>`
      select ${readableColumns(table, 'c')}, c.${sql.ref(table.owner)} as owner, c.app_product as product, c.since, c.version_since,
             c.last_seen, c.installations
        from unnest(${keys.map(({ place }) => place)}::tid[]) with ordinality as key (place, number)
        join ${current} as c on c.ctid = key.place
       order by key.number
    `.execute(db);
    return rows;
  }

  async function count(db: Kysely<Database>, condition: RawBuilder<unknown>, most: number): Promise<Total> {
    const { rows } = await sql<{ count: string }>`
      select count(*) from (select from ${current} where ${condition} limit ${most + 1}) as wanted
    `.execute(db);
    const found = Number(rows[0]?.count);
    return found > most ? { count: most, exact: false } : { count: found, exact: true };
  }

  function memberOf(row: Row & MemberRow): FleetMember<D> {
    return {
      ownerId: trusted(row.owner),
      appProduct: trusted(row.product),
      since: instantOf(row.since),
      versionSince: instantOf(row.version_since),
      lastSeen: instantOf(row.last_seen),
      installations: row.installations,
      installation: toEntity(row),
    };
  }
}

interface MemberRow {
  readonly owner: string;
  readonly product: string;
  readonly since: string;
  readonly version_since: string;
  readonly last_seen: string;
  readonly installations: number;
}

/** A row before it is read whole: its location in this snapshot, and the size of its texts in bytes. */
interface Key {
  readonly place: string;
  readonly size: number;
}

/** The rows after the start, in two parts that are one index range each: the start's ties, then the rest. */
async function findKeys<Row, D extends Device>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  { order, limit }: FleetSearch<D>,
  condition: RawBuilder<unknown>,
  start: Place | undefined,
): Promise<readonly Key[]> {
  const current = sql.table(`fleet_${table.name}`);
  const at = sql.ref(COLUMNS[order.by]);
  const isAscending = order.direction === 'ascending';
  const direction = isAscending ? sql`asc` : sql`desc`;
  const owner = sql`${sql.ref(table.owner)} collate "C"`;
  const product = sql`app_product collate "C"`;
  const part = (number: number, where: RawBuilder<unknown>) => sql`
    (select ${sql.lit(number)} as part, ctid, ${at} as at, ${owner} as owner, app_product, ${sizeOfTexts(table)} as size
       from ${current} where ${condition} and ${where}
      order by ${at} ${direction}, ${owner}, ${product} limit ${limit + 1})`;
  const parts =
    start === undefined
      ? part(1, sql`true`)
      : sql`${part(1, afterInTies(table, current, at, start))} union all
            ${part(2, sql`${at} ${isAscending ? sql`>` : sql`<`} ${start[0]}::timestamp`)}`;
  const { rows } = await sql<Key>`
    select ctid::text as place, size from (${parts}) as found
     order by part, at ${direction}, owner, app_product collate "C" limit ${limit + 1}
  `.execute(db);
  return rows;
}

function afterInTies<Row>(
  table: RecordTable<Row>,
  current: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
  [instant, ownerId, beginning, digest]: Place,
): RawBuilder<unknown> {
  const column = sql.ref(table.owner);
  // The text of a longer product is looked up. If it is gone, the walk continues after its beginning.
  const product = digest
    ? sql`coalesce((select l.app_product from ${current} as l where l.${column} = ${ownerId}
             and encode(sha256(convert_to(l.app_product, 'UTF8')), 'hex') = ${digest} limit 1), ${beginning}::text)`
    : sql`${beginning}::text`;
  return sql`${at} = ${instant}::timestamp and ${column} collate "C" >= ${ownerId}
    and (${column} collate "C" > ${ownerId} or app_product collate "C" > ${product})`;
}

function placeOf({ by }: FleetOrder, row: MemberRow): string {
  const beginning = firstCharacters(row.product, PRODUCT_IN_PLACE);
  const digest = beginning === row.product ? '' : hash('sha256', row.product, 'hex');
  return JSON.stringify([row[COLUMNS[by]], row.owner, beginning, digest]);
}
