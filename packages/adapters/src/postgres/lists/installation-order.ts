import { hash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { INDEXED } from '../records/indexed-text.js';
import type { RecordTable } from '../records/record-table.js';
import type { Database } from '../tables.js';
import type { Place } from './parse-place.js';
import type { ListKey } from './read-page.js';
import { type ListOrder, sizeOfTexts } from './record-list.js';

interface InstallationKey extends ListKey {
  readonly date: string;
  /** The first characters of the version: as many as the index of "latest" holds. */
  readonly beginning: string;
  readonly created: string;
}

const BEGINNING = sql`left(app_version, ${sql.lit(INDEXED)}) collate "C"`;
const UUID = sql`uuid collate "C"`;
const VERSION = sql`app_version collate "C"`;

/**
 * The order of "latest": by date, version, `created` and uuid, all descending. The index holds only the beginning
 * of a version. Rows with a longer version that share the beginning and the date form a group, whose order the index
 * does not know: groups are sorted whole, the rest is read in the order of the index.
 *
 * For a version that long, a place holds its beginning and a digest. The version itself is looked up in its row; if that
 * has changed since, the walk repeats the group.
 *
 * @param date the column of the instant of first use
 */
export function latestFirst<Row extends { readonly app_version: string }>(
  table: RecordTable<Row>,
  date: keyof Row & string,
): ListOrder<Row, InstallationKey> {
  const from = sql.table(table.name);
  const owner = sql.ref(table.owner);
  const day = sql.ref(date);
  const ownedBy = (ownerId: string) => sql<boolean>`${owner} = ${ownerId}`;
  const key = sql`uuid, ${day}::text as date, ${BEGINNING} as beginning, created::text as created, ${sizeOfTexts(table)} as size`;

  async function inIndexOrder(
    db: Kysely<Database>,
    ownerId: string,
    after: RawBuilder<unknown>,
    limit: number,
  ): Promise<readonly InstallationKey[]> {
    // The outer order sorts within the groups; all but the last one are whole.
    const { rows } = await sql<InstallationKey>`
      select uuid, date, beginning, created, size from (
        select ${key}, ${day} as day, created as made, app_version from ${from}
        where ${ownedBy(ownerId)} and ${after}
        order by ${day} desc, ${BEGINNING} desc, ${from}.created desc, ${UUID} desc limit ${limit}
      ) as first
      order by day desc, beginning desc, ${VERSION} desc, made desc, ${UUID} desc
    `.execute(db);
    return rows;
  }

  async function ofGroup(
    db: Kysely<Database>,
    ownerId: string,
    group: Pick<InstallationKey, 'date' | 'beginning'>,
    after: RawBuilder<unknown>,
    limit: number,
  ): Promise<readonly InstallationKey[]> {
    const { rows } = await sql<InstallationKey>`
      select ${key} from ${from}
      where ${ownedBy(ownerId)} and ${day} = ${group.date}::timestamp and ${BEGINNING} = ${group.beginning} and ${after}
      order by ${VERSION} desc, ${from}.created desc, ${UUID} desc limit ${limit}
    `.execute(db);
    return rows;
  }

  return {
    ownedBy,
    placeLength: 5,

    async keys(db, ownerId, place, limit) {
      const start = place && readPlace(place);
      const before =
        start && isGroup(start) ? await ofGroup(db, ownerId, start, afterInGroup(table, ownerId, start), limit) : [];
      const rest = limit - before.length;
      if (rest === 0) return before;
      const found = await inIndexOrder(db, ownerId, start ? afterInIndex(day, start) : sql`true`, rest);
      const last = found.at(-1);
      if (last === undefined || !isGroup(last)) return [...before, ...found];
      const whole = found.filter((each) => each.date !== last.date || each.beginning !== last.beginning);
      return [...before, ...whole, ...(await ofGroup(db, ownerId, last, sql`true`, rest - whole.length))];
    },

    placeOf: (found, { app_version }) => [
      found.date,
      found.beginning,
      isGroup(found) ? digestOf(app_version) : '',
      found.created,
      found.uuid,
    ],
  };
}

interface Start extends Pick<InstallationKey, 'date' | 'beginning' | 'created' | 'uuid'> {
  readonly digest: string;
}

function readPlace([date = '', beginning = '', digest = '', created = '', uuid = '']: Place): Start {
  return { date, beginning, digest, created, uuid };
}

/** Whether the version may be longer than what the index holds of it. */
function isGroup({ beginning }: Pick<InstallationKey, 'beginning'>): boolean {
  return beginning.length >= INDEXED && [...beginning].length === INDEXED;
}

function digestOf(version: string): string {
  return hash('sha256', version, 'hex');
}

function afterInIndex(day: RawBuilder<unknown>, start: Start): RawBuilder<unknown> {
  const { date, beginning, created, uuid } = start;
  return isGroup(start)
    ? sql`(${day}, ${BEGINNING}) < (${date}::timestamp, ${beginning}::text)`
    : sql`(${day}, ${BEGINNING}, created, ${UUID}) < (${date}::timestamp, ${beginning}::text, ${created}::timestamp, ${uuid}::text)`;
}

function afterInGroup<Row>(table: RecordTable<Row>, ownerId: string, start: Start): RawBuilder<unknown> {
  const { beginning, digest, created, uuid } = start;
  // Nothing comes before U+10FFFF in descending order, so a version that is gone restarts its group.
  const version = sql`coalesce(
    (select app_version from ${sql.table(table.name)} where uuid = ${uuid} and ${sql.ref(table.owner)} = ${ownerId}
       and encode(sha256(convert_to(app_version, 'UTF8')), 'hex') = ${digest}),
    ${beginning}::text || repeat(${'\u{10ffff}'}, 2))`;
  return sql`(${VERSION}, created, ${UUID}) < (${version}, ${created}::timestamp, ${uuid}::text)`;
}
