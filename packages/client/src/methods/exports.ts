import { textOf } from '../answer.js';
import type { Api } from '../api.js';
import type { Ops } from '../generated/operations.js';
import type { CallOptions } from '../options.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** What can be exported. */
type ExportedTable = Ops['export_table']['args']['path']['table'];

/** Whole tables. For staff. */
export function exportMethods(api: Api) {
  return {
    /**
     * Returns a whole table as one text, without a time limit: for tables that fit into memory. NDJSON is complete if its
     * last line has `_end`. For large tables, read the answer of `GET …/export/{table}` as a stream.
     */
    exportTable: (table: ExportedTable, parameters?: ParametersOf<'export_table'>, options?: CallOptions) =>
      textOf(
        (init) => api.export_table({ path: { table }, query: queryOf<'export_table'>(parameters) }, init),
        options,
      ),
  };
}
