import { sql } from 'kysely';
import { isIndexed } from '../records/indexed-text.js';
import type { RecordTable } from '../records/record-table.js';
import type { ListKey } from './read-page.js';
import { type ListOrder, sizeOfTexts } from './record-list.js';

interface MeterKey extends ListKey {
  readonly date: string;
  readonly created: string;
}

/** By date of verification, `created` and uuid, all descending. A patient has few meters: they are sorted for each page. */
export function latestVerifiedFirst<Row>(table: RecordTable<Row>): ListOrder<Row, MeterKey> {
  const owner = sql.ref(table.owner);
  // The index holds the beginning of a patient's id, which may have any length.
  const ownedBy = (ownerId: string) => isIndexed(owner, ownerId);
  return {
    ownedBy,
    placeLength: 3,

    async keys(db, ownerId, place, limit) {
      const [date, created, uuid] = place ?? [];
      const after = place
        ? sql`(date_verified, created, uuid collate "C") < (${date}::timestamptz, ${created}::timestamp, ${uuid}::text)`
        : sql`true`;
      const { rows } = await sql<MeterKey>`
        select uuid, date_verified::text as date, created::text as created, ${sizeOfTexts(table)} as size
        from ${sql.table(table.name)} as meter
        where ${ownedBy(ownerId)} and ${after}
        order by date_verified desc, meter.created desc, uuid collate "C" desc limit ${limit}
      `.execute(db);
      return rows;
    },

    placeOf: ({ date, created, uuid }) => [date, created, uuid],
  };
}
