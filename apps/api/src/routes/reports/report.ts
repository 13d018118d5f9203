import type { ReportAnswers } from '@polaris-telemetry/domain';
import type { Answer } from '../../http/answer.js';
import type { Exchange } from '../../http/exchange.js';
import { prefersCsv } from '../../http/negotiate.js';
import { fitting, LONGEST_BODY } from '../../http/page.js';
import { CSV_CONTENT_TYPE, csvLines } from '../../wire/csv.js';
import type { Report } from '../../wire/reports/report.js';

const VARY = { Vary: 'Accept' } as const;

/**
 * Returns the answer that shows a report, in the format the request prefers. It is finished once for each state, however many ask.
 *
 * @param read reads the report; it depends on the query string and the state alone
 */
export function reportAnswer(
  exchange: Exchange,
  { once }: Pick<ReportAnswers, 'once'>,
  read: () => Promise<Report>,
): Promise<Answer> {
  const type = prefersCsv(exchange) ? CSV_CONTENT_TYPE : 'application/json';
  return once(`${type} ${exchange.path}?${exchange.query}`, async (): Promise<Answer> => {
    const body = Buffer.from(type === CSV_CONTENT_TYPE ? csvOf(await read()) : jsonOf(await read()));
    return { status: 200, content: { type, body }, headers: VARY };
  });
}

function jsonOf(report: Report): string {
  const whole = JSON.stringify(report.document(report.results.length));
  return whole.length <= LONGEST_BODY / MOST_BYTES ? whole : JSON.stringify(report.document(shownOf(report)));
}

function csvOf(report: Report): string {
  return csvLines([report.columns, ...report.rows(shownOf(report))]);
}

/** In UTF-8, of a UTF-16 code unit. */
const MOST_BYTES = 3;

/** Returns how many results a body of JSON may hold; CSV holds as many. */
function shownOf({ results, document }: Report): number {
  const around = Buffer.byteLength(JSON.stringify(document(0)));
  return fitting(
    results.map((result) => JSON.stringify(result)),
    around,
  );
}
