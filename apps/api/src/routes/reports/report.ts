import type { Answer } from '../../http/answer.js';
import { json } from '../../http/answer.js';
import type { Exchange } from '../../http/exchange.js';
import { prefersCsv } from '../../http/negotiate.js';
import { fitting } from '../../http/page.js';
import { CSV_CONTENT_TYPE, csvLines } from '../../wire/csv.js';
import type { Report } from '../../wire/reports/report.js';

const VARY = { Vary: 'Accept' } as const;

/** Returns the answer that shows a report, in the format the request prefers, with as many results as a body may hold. */
export function reportAnswer(exchange: Exchange, { results, document, columns, rows }: Report): Answer {
  const around = Buffer.byteLength(JSON.stringify(document(0)));
  const shown = fitting(
    results.map((result) => JSON.stringify(result)),
    around,
  );
  if (!prefersCsv(exchange)) return json(200, document(shown), VARY);
  return { status: 200, content: { type: CSV_CONTENT_TYPE, body: csvLines([columns, ...rows(shown)]) }, headers: VARY };
}
