import type { Page } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type RecordTable, readableColumns } from '../records/record-table.js';
import type { Database } from '../tables.js';
import type { Place } from './parse-place.js';

/** A row in a list, before it is read whole. */
export interface ListKey {
  readonly uuid: string;
  /** The size of its texts, in bytes. */
  readonly size: number;
}

/** In bytes. A page of longer rows holds fewer than requested, but always one. */
export const LONGEST_PAGE = 8 * 1_048_576;

/** A table whose rows become entities. */
export interface EntityTable<Row, Entity> {
  readonly table: RecordTable<Row>;
  readonly toEntity: (row: Row) => Entity;
}

/**
 * Reads the rows of a page, whose keys were found before.
 *
 * @param keys one more than `limit`, if there are as many
 * @param owned a condition on `stored` that every row meets
 */
export async function readPage<Row extends { readonly uuid: string }, Entity, Key extends ListKey>(
  db: Kysely<Database>,
  { table, toEntity }: EntityTable<Row, Entity>,
  keys: readonly Key[],
  { limit, placeOf }: { readonly limit: number; readonly placeOf: (key: Key, row: Row) => Place },
  owned: RawBuilder<boolean> = sql`true`,
): Promise<Pick<Page<Entity>, 'results' | 'more'>> {
  const shown = keys.slice(0, Math.min(fitting(keys), limit));
  const { rows } = await sql<Row>`
    select ${readableColumns(table, 'stored')} from ${sql.table(table.name)} as stored
    where stored.uuid = any (${shown.map(({ uuid }) => uuid)}::text[]) and ${owned}
  `.execute(db);
  const byId = new Map(rows.map((row) => [row.uuid, row]));
  const results = shown.flatMap((key) => {
    const row = byId.get(key.uuid);
    return row ? [{ record: toEntity(row), place: JSON.stringify(placeOf(key, row)) }] : [];
  });
  return { results, more: keys.length > shown.length };
}

/** Returns how many of the rows a page of so many bytes may hold, at least one. */
export function fitting(keys: readonly Pick<ListKey, 'size'>[], most = LONGEST_PAGE): number {
  let size = 0;
  const tooMany = keys.findIndex((key, index) => {
    size += key.size;
    return size > most && index > 0;
  });
  return tooMany < 0 ? keys.length : tooMany;
}
