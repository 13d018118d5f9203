import { formatInstant, type Instant } from '@polaris-telemetry/domain';
import { type Answer, jsonText } from './answer.js';
import type { Exchange } from './exchange.js';
import { pageToken } from './page-token.js';
import { queryPairs } from './query.js';

/** A part of a list, ready to be written. */
export interface WrittenPage {
  readonly results: readonly { readonly json: string; readonly place: string }[];
  /** Whether the list continues after these results. */
  readonly more: boolean;
  readonly asOf: Instant;
}

/** In bytes. A page holds fewer results than requested if its body would be longer, but always one. */
const LONGEST_BODY = 8 * 1_048_576;
/** For everything around the results; places are short. */
const AROUND = 8_192;

/**
 * Writes a page, with the way to the next one (AIP-158, RFC 8288).
 *
 * @param also members of the body besides those of every page
 */
export function pageAnswer(
  exchange: Exchange,
  page: WrittenPage,
  also: Readonly<Record<string, unknown>> = {},
): Answer {
  const shown = page.results.slice(0, fitting(page.results.map(({ json }) => json)));
  const last = shown.at(-1);
  const token =
    last !== undefined && (page.more || shown.length < page.results.length) ? pageToken(exchange, last.place) : null;
  const rest = JSON.stringify({ next_page_token: token, as_of: formatInstant(page.asOf), ...also });
  const body = `{"results":[${shown.map(({ json }) => json).join(',')}],${rest.slice(1)}`;
  return jsonText(200, body, token === null ? undefined : { Link: `<${nextPage(exchange, token)}>; rel="next"` });
}

/** Returns how many results fit into a body, at least one. */
export function fitting(results: readonly string[], around = AROUND): number {
  let length = around;
  for (const [index, json] of results.entries()) {
    length += Buffer.byteLength(json) + 1;
    if (length > LONGEST_BODY && index > 0) return index;
  }
  return results.length;
}

/** Returns the address of the next page: an absolute path with all parameters. */
function nextPage({ path, query }: Exchange, token: string): string {
  const others = queryPairs(query).filter(([name]) => name !== 'page_token');
  const parameters = [...others, ['page_token', token] as const];
  const text = parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return `${encodePath(path)}?${text}`;
}

/** Returns the path, with everything encoded that a header or a URI reference cannot hold. */
function encodePath(path: string): string {
  return path.replaceAll(/[^\w\-.~!$&'()*+,;=:@/%]/g, (raw) => {
    // Node passes the bytes of a request target as characters U+0000 to U+00FF.
    return `%${raw.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
