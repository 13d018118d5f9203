import { type Answer, jsonText } from './answer.js';
import { etagOf, judge } from './etag.js';
import type { Exchange } from './exchange.js';
import type { Problem } from './problem.js';
import { STALE } from './problems.js';

/** The preconditions of a request on the state of the record. */
export function isConditional(exchange: Exchange): boolean {
  return exchange.header('if-match') !== undefined || exchange.header('if-none-match') !== undefined;
}

/** Whether the preconditions permit a change to the record as it is now. */
export function meetsConditions(exchange: Exchange, body: string): boolean {
  return verdictOn(exchange, etagOf(body)) === 'proceed';
}

/** The answer that shows a record. */
export function written(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  return jsonText(status, body, { ETag: etagOf(body), ...headers });
}

/** The answer to GET: the record, or 304 if the client already has it, or 412 if it is not the one asked for. */
export function conditional(exchange: Exchange, body: string): Answer | Problem {
  const headers = { ETag: etagOf(body) };
  if (!isConditional(exchange)) return jsonText(200, body, headers);
  switch (verdictOn(exchange, headers.ETag)) {
    case 'proceed':
      return jsonText(200, body, headers);
    case 'not-modified':
      return { status: 304, headers };
    case 'failed':
      return STALE;
  }
}

function verdictOn(exchange: Exchange, etag: string) {
  return judge({ ifMatch: exchange.header('if-match'), ifNoneMatch: exchange.header('if-none-match') }, etag);
}
