import type { Device, FleetOrder, FleetSearch } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { all, type Condition } from '../../lists/conditions.js';
import type { Place } from '../../lists/parse-place.js';
import { sizeOfTexts } from '../../lists/record-list.js';
import type { RecordTable } from '../../records/record-table.js';
import type { Database } from '../../tables.js';
import { isVersion, type MemberFilter, membersCondition } from './member-filter.js';

/** A row before it is read whole: its location in this snapshot, and the size of its texts in bytes. */
export interface MemberKey {
  readonly place: string;
  readonly size: number;
}

/** The columns of the dates that pages are sorted by. */
export const DATE_COLUMNS = { since: 'since', lastSeen: 'last_seen' } as const;

/**
 * Finds the keys of a page, and one more. If the filter leaves only parts of the table that each are in the page's order in an
 * index, it takes the first rows of each part from there, and merges them.
 *
 * @param start the place that the page follows: date, owner, the product's beginning and its digest if it is longer
 */
export async function findKeys<Row, D extends Device>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  { order, limit }: Pick<FleetSearch<D>, 'order' | 'limit'>,
  filter: MemberFilter,
  start: Place | undefined,
): Promise<readonly MemberKey[]> {
  const members = new MembersInOrder(table, order, limit + 1);
  const { current, owner, direction } = members;
  const found = [members.following(filter, start), ...(start ? [members.others(filter, start)] : [])];
  const { rows } = await sql<MemberKey>`
    with found as materialized (
      select * from (${sql.join(found, sql` union all `)}) as found
       order by at ${direction}, owner collate "C" fetch first (${limit + 1}) rows with ties
    )
    select member.ctid::text as place, ${sizeOfTexts(table)} as size
      from found join ${current} as member on member.${owner} = found.owner and member.version = found.version
     order by at ${direction}, owner collate "C", app_product collate "C" limit ${limit + 1}
  `.execute(db);
  return rows;
}

/** Writes parts of the statement: rows of date, owner and the number of product and version, of which a person has one. */
class MembersInOrder<Row> {
  readonly current: RawBuilder<unknown>;
  readonly owner: RawBuilder<unknown>;
  readonly direction: RawBuilder<unknown>;
  readonly #column: 'since' | 'last_seen';
  readonly #isAscending: boolean;
  readonly #limit: number;

  constructor({ name, owner }: RecordTable<Row>, { by, direction }: FleetOrder, limit: number) {
    this.current = sql.table(`fleet_${name}`);
    this.owner = sql.ref(owner);
    this.#column = DATE_COLUMNS[by];
    this.#isAscending = direction === 'ascending';
    this.direction = this.#isAscending ? sql`asc` : sql`desc`;
    this.#limit = limit;
  }

  /** The first rows of other people than the start's. */
  following(filter: MemberFilter, start: Place | undefined): RawBuilder<unknown> {
    const { versions, systems, dates, others } = filter;
    const otherDate = this.#column === 'since' ? dates.last_seen : dates.since;
    const rest = [...others, ...otherDate];
    if (rest.length > 0 || (versions ?? systems) === undefined) return this.#first([membersCondition(filter)], start);
    const [part, values] =
      systems === undefined ? [sql`version`, sql`${versions}::integer[]`] : [sql`system`, sql`${systems}::varchar[]`];
    const conditions = [
      sql`${part} = part.value`,
      ...(systems === undefined ? [] : isVersion(versions)),
      ...dates[this.#column],
    ];
    return sql`
      select first.* from unnest(${values}) as part (value) cross join lateral (${this.#first(conditions, start)}) as first`;
  }

  /** The start's person: the products after the start's. */
  others(filter: MemberFilter, [instant, ownerId, beginning, digest]: Place): RawBuilder<unknown> {
    const { current, owner } = this;
    // The text of a longer product is looked up. If it is gone, the walk continues after its beginning.
    const product = digest
      ? sql`coalesce((select l.app_product from ${current} as l where l.${owner} = ${ownerId}
               and encode(sha256(convert_to(l.app_product, 'UTF8')), 'hex') = ${digest} limit 1), ${beginning}::text)`
      : sql`${beginning}::text`;
    return sql`select ${this.#columns} from ${current}
      where ${owner} = ${ownerId} and ${this.#at} = ${instant}::timestamp and app_product collate "C" > ${product}
        and ${membersCondition(filter)}`;
  }

  /** In two parts that are one index range each: the start's ties, then the rest. */
  #first(conditions: readonly Condition[], start: Place | undefined): RawBuilder<unknown> {
    if (start === undefined) return this.#range(conditions);
    const [instant, ownerId] = start;
    const at = sql`${instant}::timestamp`;
    const ties = [sql`${this.#at} = ${at}`, sql`${this.owner} collate "C" > ${ownerId}`];
    return sql`${this.#range([...conditions, ...ties])} union all
      ${this.#range([...conditions, sql`${this.#at} ${this.#isAscending ? sql`>` : sql`<`} ${at}`])}`;
  }

  #range(conditions: readonly Condition[]): RawBuilder<unknown> {
    return sql`(select ${this.#columns} from ${this.current} where ${all(conditions)}
      order by ${this.#at} ${this.direction}, ${this.owner} collate "C" fetch first (${this.#limit}) rows with ties)`;
  }

  get #at(): RawBuilder<unknown> {
    return sql.ref(this.#column);
  }

  get #columns(): RawBuilder<unknown> {
    return sql`${this.#at} as at, ${this.owner} as owner, version`;
  }
}
