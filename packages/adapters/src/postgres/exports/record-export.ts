import type { ExportFilter, RecordExport } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import { sizeOfTexts } from '../lists/record-list.js';
import type { Reads } from '../reads/reads.js';
import { type RecordTable, readable } from '../records/record-table.js';
import { timestampText } from '../records/timestamp-text.js';
import { chunkReader } from './chunk-reader.js';
import { hasForeignNumber, jsonMembers } from './json-members.js';

/** How many records a chunk reads, whether they pass the filter or not. It bounds the transaction. */
const MOST_ROWS = 2_000;
/** How many bytes of text a chunk holds; at least one record. */
const MOST_BYTES = 1_048_576;

interface ChunkRow {
  readonly text: string | null;
  readonly rows: number;
  readonly place: string | null;
  readonly is_last: boolean;
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
    chunkReader(reads, `${table.name}.export`, start, async (db, after) => {
      const begins = after === undefined ? sql`true` : sql`uuid > ${after}`;
      const { rows } = await sql<ChunkRow>`
        with looked as materialized (
          select *, ${sizeOfTexts(table)} as size_of_texts
            from ${sql.table(table.name)} where ${begins} order by uuid limit ${MOST_ROWS}
        ), wanted as materialized (
          select *, row_number() over by_uuid as line_number, sum(size_of_texts) over by_uuid as bytes
            from looked where ${passes(table, 'looked', filter)}
          window by_uuid as (order by uuid rows unbounded preceding)
        ), taken as materialized (
          select * from wanted where line_number = 1 or bytes <= ${MOST_BYTES}
        ), counted as materialized (
          select (select count(*) from looked)::integer as looked,
                 (select count(*) from wanted)::integer as wanted,
                 (select count(*) from taken)::integer as taken
        ), written as (
          select line_number, row_to_json(record)::text || E'\n' as line
            from taken cross join lateral (select ${jsonMembers(table, 'taken', members)}) as record
        )
        select (select string_agg(line, '' order by line_number) from written) as text,
               taken as rows,
               case when taken < wanted then (select max(uuid) from taken) else (select max(uuid) from looked) end as place,
               taken = wanted and looked < ${MOST_ROWS} as is_last,
               (select coalesce(bool_or(${hasForeignNumber(table, 'taken')}), false) from taken) as has_foreign_number
          from counted
      `.execute(db);
      const { text, rows: lines, place, is_last, has_foreign_number } = rows[0] as ChunkRow;
      const written = has_foreign_number ? rewritten(text ?? '') : (text ?? '');
      return { text: written, rows: lines, place: place ?? after, isLast: is_last };
    });
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
