import type { ExportChunk, ExportFilter, RecordExport } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { fitting, type ListKey } from '../lists/read-page.js';
import { sizeOfTexts } from '../lists/record-list.js';
import type { Reads } from '../reads/reads.js';
import { type RecordTable, readable } from '../records/record-table.js';
import { timestampText } from '../records/timestamp-text.js';
import type { Database } from '../tables.js';
import { chunkReader } from './chunk-reader.js';
import { hasForeignNumber, jsonMembers } from './json-members.js';

/** How many records a statement reads, whether they pass the filter or not. It bounds the transaction. */
const MOST_ROWS = 2_000;
/** How many while others write: PostgreSQL needs some milliseconds for them. */
const MOST_ROWS_AMONG_WRITES = 250;
/** How many bytes of text a statement returns; at least one record. */
const MOST_BYTES = 1_048_576;
/** How many of them a chunk holds: Node collects small texts while they are young; large ones took most of its time. */
const BYTES_A_CHUNK = 16_384;

interface ChunkRow {
  readonly text: string | null;
  readonly rows: number;
  readonly place: string;
  /** Whether the chunk has records that did not fit. */
  readonly is_cut: boolean;
  /** How many records were looked at. */
  readonly looked: number;
  readonly has_foreign_number: boolean;
}

/**
 * Exports the records of a table in the order of its primary key. PostgreSQL writes the JSON, and sends each chunk as one
 * text: one row per record would cost this process as much again as everything else (docs/adr/0029-the-database-writes-exports.md).
 */
export function recordExport<Row extends { readonly uuid: string; readonly modified: string }, Entity>(
  reads: Reads,
  table: RecordTable<Row>,
): RecordExport<Entity> {
  return ({ after: start, ...filter }, { members }) =>
    chunkReader(reads, `${table.name}.export`, start, async ({ db, othersWrite, isDistributed }, after) => {
      const begins = after === undefined ? sql`true` : sql`uuid > ${after}`;
      const wanted = othersWrite ? MOST_ROWS_AMONG_WRITES : MOST_ROWS;
      const most = isDistributed ? await rowsThatFit(db, table, begins, wanted) : wanted;
      // The rows are found in the order of both windows, so nothing is copied but the lines.
      const { rows } = await sql<ChunkRow>`
        select string_agg(line, '' order by number) as text, count(line)::integer as rows,
               case when bool_or(is_left) then max(uuid) filter (where line is not null) else max(uuid) end as place,
               bool_or(is_left) as is_cut, count(*)::integer as looked, bool_or(has_foreign_number) as has_foreign_number
          from (
            select taken.uuid, number, chunk, is_wanted and not fits as is_left,
                   case when fits then row_to_json(record)::text || E'\n' end as line,
                   fits and ${hasForeignNumber(table, 'taken')} as has_foreign_number
              from (
                select *, least(bytes, ${MOST_BYTES + 1}) / ${BYTES_A_CHUNK} as chunk,
                       is_wanted and (number = 1 or bytes <= ${MOST_BYTES}) as fits
                  from (
                    select *, count(*) filter (where is_wanted) over by_uuid as number,
                           coalesce(sum(size_of_texts) filter (where is_wanted) over by_uuid, 0) as bytes
                      from (
                        select *, ${passes(table, table.name, filter)} as is_wanted, ${sizeOfTexts(table)} as size_of_texts
                          from ${sql.table(table.name)} where ${begins} order by uuid limit ${most}
                      ) as looked
                    window by_uuid as (order by uuid rows unbounded preceding)
                  ) as numbered
              ) as taken cross join lateral (select ${jsonMembers(table, 'taken', members)}) as record
             order by chunk, number
          ) as written
         group by chunk order by chunk
      `.execute(db);
      return chunksOf(rows, most, after);
    });
}

/**
 * Citus brings whole records to the coordinator before what is too much is left out.
 *
 * @returns how many of the wanted ones are not too much; what was wanted if all of them are not
 */
async function rowsThatFit<Row>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  begins: RawBuilder<unknown>,
  wanted: number,
): Promise<number> {
  const { rows } = await sql<Pick<ListKey, 'size'>>`
    select ${sizeOfTexts(table)} as size from ${sql.table(table.name)} where ${begins} order by uuid limit ${wanted}
  `.execute(db);
  const count = fitting(rows, MOST_BYTES);
  return count < rows.length ? count : wanted;
}

/** Returns the chunks up to the first record that did not fit. */
function chunksOf(rows: readonly ChunkRow[], most: number, after: string | undefined): readonly ExportChunk<string>[] {
  const cut = rows.findIndex(({ is_cut }) => is_cut);
  const taken = cut < 0 ? rows : rows.slice(0, cut + 1).filter((row) => !row.is_cut || row.rows > 0);
  const isEnd = cut < 0 && rows.reduce((sum, { looked }) => sum + looked, 0) < most;
  if (taken.length === 0) return [{ text: '', rows: 0, place: after, isLast: true }];
  return taken.map(({ text, rows: lines, place, has_foreign_number }, index) => ({
    text: has_foreign_number ? rewritten(text ?? '') : (text ?? ''),
    rows: lines,
    place,
    isLast: isEnd && index === taken.length - 1,
  }));
}

/** The same lines, written by `JSON.stringify`. */
function rewritten(text: string): string {
  return text.replace(/[^\n]+/g, (line) => JSON.stringify(JSON.parse(line)));
}

/** The condition that a row passes the filter. */
function passes<Row extends { readonly modified: string }>(
  table: RecordTable<Row>,
  alias: string,
  { modifiedFrom, modifiedBefore }: ExportFilter,
): RawBuilder<unknown> {
  const modified = readable(table, alias, 'modified');
  const from = modifiedFrom === undefined ? sql`true` : sql`${modified} >= ${timestampText(modifiedFrom)}::timestamp`;
  const before =
    modifiedBefore === undefined ? sql`true` : sql`${modified} < ${timestampText(modifiedBefore)}::timestamp`;
  return sql`${from} and ${before}`;
}
