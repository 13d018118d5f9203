import type { ExportQueries } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { BUSY, NO_SUCH_ADDRESS } from '../http/problems.js';
import { readQuery } from '../http/query.js';
import { nothing, StreamedBody } from '../http/streamed-body.js';
import { exportingDoc } from '../openapi/export-docs.js';
import { Operation } from '../pipeline/operation.js';
import type { Slots } from '../pipeline/slots.js';
import { ExportWriter, FORMATS } from '../wire/export-writer.js';
import { exportedTablesOf, type OpenedExport } from '../wire/exported-tables.js';
import { exportedTables, exportParameters } from '../wire/exports.js';
import type { OwnedRecords } from './record-operations.js';

/** HTTP/1.0 ends a body with the connection, so a cut would look like the end: CSV has no other sign of it. */
const TOO_OLD = new Problem(426, 'An export as CSV needs HTTP/1.1.', { headers: { Upgrade: 'HTTP/1.1' } });

/** GET: a whole table, sent while it is read. */
export function exporting(records: OwnedRecords, queries: ExportQueries, slots: Slots): Operation {
  const tables = exportedTablesOf(records, queries);
  return Operation.of({
    method: 'get',
    path: '/dhos/v1/telemetry/export/{table}',
    policy: policies.dataProtection,
    workload: 'reads',
    doc: () => exportingDoc(exportedTables, exportParameters),
    prepare: (exchange) => {
      const table = exportedTables.find((name) => name === exchange.parameter('table'));
      if (table === undefined) return NO_SUCH_ADDRESS;
      const opened = tables[table]<Problem>((schema) => readQuery(exchange, schema));
      if (opened instanceof Problem) return opened;
      if (opened.format === 'csv' && exchange.incoming?.httpVersion === '1.0') return TOO_OLD;
      return () => begin(exchange, opened, slots);
    },
  });
}

/** Reads the first chunk before answering: if the database is unavailable, a 503 is still possible. */
async function begin(
  exchange: Exchange,
  { reader, columns, format }: OpenedExport,
  slots: Slots,
): Promise<Answer | Problem> {
  const writer = new ExportWriter(format, columns);
  if (exchange.method === 'HEAD')
    return { status: 200, content: { type: FORMATS[format], body: nothing(exchange.outgoing) } };
  const leave = slots.take();
  if (leave === undefined) return BUSY;
  let isComplete = false;
  async function nextPiece(): Promise<Uint8Array | undefined> {
    if (isComplete) return undefined;
    const chunk = await reader.next();
    isComplete = chunk.isLast;
    return writer.write(chunk);
  }
  function end(): void {
    reader.end();
    leave?.();
  }
  // Created before anything is read, so that the slot is freed with the connection, whatever happens to the answer.
  let first: Promise<Uint8Array | undefined> | undefined = nextPiece();
  const body = new StreamedBody(
    {
      next: () => {
        const piece = first ?? nextPiece();
        first = undefined;
        return piece;
      },
      end,
    },
    exchange.outgoing,
  );
  try {
    await first;
  } catch (error) {
    end();
    throw error;
  }
  return { status: 200, content: { type: FORMATS[format], body } };
}
