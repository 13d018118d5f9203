import type { ListPage, ListRequest, RecordQueries } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Reads } from '../reads/reads.js';
import { columnNames, type RecordTable } from '../records/record-table.js';
import type { Database } from '../tables.js';
import { forgedPlace, type Place, parsePlace } from './parse-place.js';
import { type EntityTable, type ListKey, readPage } from './read-page.js';

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

export interface RecordList<Row, Entity, Key extends ListKey> extends EntityTable<Row, Entity> {
  readonly order: ListOrder<Row, Key>;
}

/** Lists an owner's records: finds a page's keys in an index, then reads as many rows as the page may hold. */
export function recordQueries<Row extends { readonly uuid: string }, Entity, Owner extends string, Key extends ListKey>(
  reads: Reads,
  { table, toEntity, order }: RecordList<Row, Entity, Key>,
): RecordQueries<Owner, Entity> {
  return {
    async list(ownerId, { limit, after, withTotal }: ListRequest) {
      const start = after === undefined ? undefined : parsePlace(after, order.placeLength);
      return reads.run(`${table.name}.list`, async ({ db, asOf }): Promise<ListPage<Entity>> => {
        const keys = await order.keys(db, ownerId, start, limit + 1).catch(forgedPlace);
        const owned = sql<boolean>`stored.${sql.ref(table.owner)} = ${ownerId}`;
        const page = await readPage(db, { table, toEntity }, keys, { limit, placeOf: order.placeOf }, owned);
        const total = withTotal ? await countOf(db, table, order.ownedBy(ownerId)) : undefined;
        return { ...page, asOf, ...(total !== undefined && { total }) };
      });
    },
  };
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
