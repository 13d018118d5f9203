import type { Answer } from '../../http/answer.js';
import { json } from '../../http/answer.js';
import type { Exchange } from '../../http/exchange.js';
import { prefersCsv } from '../../http/negotiate.js';
import { CSV_CONTENT_TYPE, type CsvValue, csvLines } from '../../wire/csv.js';

/** A report: the whole of it as JSON, and its table of results as CSV. */
export interface Report {
  readonly document: object;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

const VARY = { Vary: 'Accept' } as const;

/** The answer that shows a report, in the form that the request prefers. */
export function reportAnswer(exchange: Exchange, { document, columns, rows }: Report): Answer {
  if (!prefersCsv(exchange)) return json(200, document, VARY);
  return { status: 200, content: { type: CSV_CONTENT_TYPE, body: csvLines([columns, ...rows]) }, headers: VARY };
}
