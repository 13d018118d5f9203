import { hash } from 'node:crypto';
import {
  type Device,
  type FleetFilter,
  type FleetMember,
  type FleetOrder,
  type FleetQueries,
  type SearchPage,
  type Total,
  totalOf,
} from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { forgedPlace, parsePlace } from '../../lists/parse-place.js';
import { fitting } from '../../lists/read-page.js';
import type { Read, Reads } from '../../reads/reads.js';
import { trusted } from '../../records/audit-columns.js';
import { firstCharacters } from '../../records/indexed-text.js';
import type { InstallationMapping } from '../../records/installation-repository.js';
import { readableColumns } from '../../records/record-table.js';
import { instantOf } from '../../records/timestamp-text.js';
import type { Database } from '../../tables.js';
import { groupsCondition, isOnTexts } from './fleet-filter.js';
import { type MemberFilter, memberFilter, membersCondition } from './member-filter.js';
import { DATE_COLUMNS, findKeys, type MemberKey } from './member-keys.js';
import { readState } from './read-state.js';
import { whenRecent } from './when-recent.js';

/** A place holds this many characters of a product, and a digest if the product is longer. */
const PRODUCT_IN_PLACE = 64;

/** Searches the current installations of one kind. */
export function fleetQueries<Row, D extends Device>(
  reads: Reads,
  { table, toEntity }: InstallationMapping<Row, D>,
): FleetQueries<D> {
  const current = sql.table(`fleet_${table.name}`);

  return {
    async search(search) {
      const { limit, countUpTo } = search;
      const start = search.after === undefined ? undefined : parsePlace(search.after, 4);
      const readPage = async (read: Read): Promise<SearchPage<FleetMember<D>>> => {
        const { db } = read;
        const { asOf } = await readState(read);
        const filter = await memberFilter(db, table, search.filter);
        const keys = await findKeys(db, table, search, filter, start).catch(forgedPlace);
        const page = keys.slice(0, Math.min(fitting(keys), limit));
        const members = await readMembers(db, page);
        const results = members.map((row) => ({ record: memberOf(row), place: placeOf(search.order, row) }));
        const total = countUpTo === undefined ? {} : { total: await count(db, search.filter, filter, countUpTo) };
        return { results, more: keys.length > page.length, asOf, ...total };
      };
      return whenRecent(() => reads.run(`fleet_${table.name}.search`, readPage));
    },
  };

  async function readMembers(db: Kysely<Database>, keys: readonly MemberKey[]): Promise<readonly (Row & MemberRow)[]> {
    const { rows } = await sql<Row & MemberRow>`
      select ${readableColumns(table, 'c')}, c.${sql.ref(table.owner)} as owner, c.app_product as product, c.since, c.version_since,
             c.last_seen, c.installations
        from unnest(${keys.map(({ place }) => place)}::tid[]) with ordinality as key (place, number)
        join ${current} as c on c.ctid = key.place
       order by key.number
    `.execute(db);
    return rows;
  }

  async function count(
    db: Kysely<Database>,
    asked: FleetFilter<D>,
    filter: MemberFilter,
    most: number,
  ): Promise<Total> {
    // No index holds the other texts, but the sums of the people who have the same do.
    const isOfGroups = filter.others.length > 0 && isOnTexts(asked);
    const { rows } = await (isOfGroups
      ? sql<{ count: string }>`
          select coalesce(sum(people), 0) as count from ${sql.table(`fleet_${table.name}_group`)}
           where ${await groupsCondition(db, table.name, asked)}`
      : sql<{ count: string }>`
          select count(*) from (select from ${current} where ${membersCondition(filter)} limit ${most + 1}) as wanted`
    ).execute(db);
    return totalOf(Number(rows[0]?.count), most);
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

function placeOf({ by }: FleetOrder, row: MemberRow): string {
  const beginning = firstCharacters(row.product, PRODUCT_IN_PLACE);
  const digest = beginning === row.product ? '' : hash('sha256', row.product, 'hex');
  return JSON.stringify([row[DATE_COLUMNS[by]], row.owner, beginning, digest]);
}
