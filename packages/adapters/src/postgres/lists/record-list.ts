import type { Page, PageRequest, RecordQueries } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Reads } from '../reads/reads.js';
import { columnNames, type RecordTable, readableColumns } from '../records/record-table.js';
import type { Database } from '../tables.js';
import { forgedPlace, type Place, parsePlace } from './parse-place.js';

/** A row in a list, before it is read whole. */
export interface ListKey {
  readonly uuid: string;
  /** The size of its texts, in bytes. */
  readonly size: number;
}

/** The order of a list. */
export interface ListOrder<Row, Key extends ListKey> {
  /** The condition that a row belongs to an owner, in the form an index knows. */
  ownedBy(ownerId: string): RawBuilder<boolean>;
  /** How many texts make up a place. */
  readonly placeLength: number;
  /** Finds the first rows of an owner, or those after a place. */
  keys(db: Kysely<Database>, ownerId: string, after: Place | undefined, limit: number): Promise<readonly Key[]>;
  placeOf(key: Key, row: Row): Place;
}

export interface RecordList<Row, Entity, Key extends ListKey> {
  readonly table: RecordTable<Row>;
  readonly toEntity: (row: Row) => Entity;
  readonly order: ListOrder<Row, Key>;
}

/** In bytes. A page of longer rows holds fewer than requested, but always one. */
export const LONGEST_PAGE = 8 * 1_048_576;

/** Lists an owner's records: finds a page's keys in an index, then reads as many rows as the page may hold. */
export function recordQueries<Row extends { readonly uuid: string }, Entity, Owner extends string, Key extends ListKey>(
  reads: Reads,
  { table, toEntity, order }: RecordList<Row, Entity, Key>,
): RecordQueries<Owner, Entity> {
  return {
    async list(ownerId, { limit, after, withTotal }: PageRequest) {
      const start = after === undefined ? undefined : parsePlace(after, order.placeLength);
      return reads.run(`${table.name}.list`, async ({ db, asOf }): Promise<Page<Entity>> => {
        const keys = await order.keys(db, ownerId, start, limit + 1).catch(forgedPlace);
        const page = keys.slice(0, Math.min(fitting(keys), limit));
        const rows = await rowsOf(db, table, ownerId, page);
        const results = page.flatMap((key) => {
          const row = rows.get(key.uuid);
          return row ? [{ record: toEntity(row), place: JSON.stringify(order.placeOf(key, row)) }] : [];
        });
        const total = withTotal ? await countOf(db, table, order.ownedBy(ownerId)) : undefined;
        return { results, more: keys.length > page.length, asOf, ...(total !== undefined && { total }) };
      });
    },
  };
}

/** Returns how many of the rows a page may hold, at least one. */
export function fitting(keys: readonly Pick<ListKey, 'size'>[]): number {
  let size = 0;
  const tooMany = keys.findIndex((key, index) => {
    size += key.size;
    return size > LONGEST_PAGE && index > 0;
  });
  return tooMany < 0 ? keys.length : tooMany;
}

async function rowsOf<Row extends { readonly uuid: string }>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  ownerId: string,
  keys: readonly ListKey[],
): Promise<ReadonlyMap<string, Row>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select ${readableColumns(table, 'stored')} from ${sql.table(table.name)} as stored
    where stored.uuid = any (${keys.map(({ uuid }) => uuid)}::text[]) and stored.${sql.ref(table.owner)} = ${ownerId}
  `.execute(db);
  return new Map(rows.map((row) => [row.uuid, row]));
}

async function countOf<Row>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  owned: RawBuilder<boolean>,
): Promise<number> {
  const { rows } = await sql<{ readonly total: number }>`
    select count(*)::integer as total from ${sql.table(table.name)} where ${owned}
  `.execute(db);
  return rows[0]?.total ?? 0;
}

/** The size of a row's texts in bytes, known without reading them. */
export function sizeOfTexts<Row>(table: RecordTable<Row>): RawBuilder<number> {
  const texts = columnNames(table).filter((column) => table.columns[column] === 'text');
  return sql`(${sql.join(
    texts.map((column) => sql`octet_length(${sql.ref(column)})`),
    sql` + `,
  )})`;
}
