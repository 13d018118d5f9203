import { formatInstant, type Page } from '@polaris-telemetry/domain';
import { type Answer, jsonText } from './answer.js';
import type { Exchange } from './exchange.js';
import { pageToken } from './page-token.js';
import { queryPairs } from './query.js';

/** A part of a list. */
export type ShownPage<Entity> = Pick<Page<Entity>, 'results' | 'more' | 'asOf'>;

/** In bytes. A page holds fewer results than requested if its body would be longer, but always one. */
export const LONGEST_BODY = 8 * 1_048_576;
/** For everything around the results; places are short. */
const AROUND = 8_192;

/**
 * Writes a page, with the way to the next one (AIP-158, RFC 8288).
 *
 * @param show returns a result as its JSON shows it
 * @param also members of the body besides those of every page
 */
export function pageAnswer<Entity>(
  exchange: Exchange,
  page: ShownPage<Entity>,
  show: (record: Entity) => object,
  also: Readonly<Record<string, unknown>> = {},
): Answer {
  const written = page.results.map(({ record, place }) => ({ json: JSON.stringify(show(record)), place }));
  const shown = written.slice(0, fitting(written.map(({ json }) => json)));
  const last = shown.at(-1);
  const token =
    last !== undefined && (page.more || shown.length < written.length) ? pageToken(exchange, last.place) : null;
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
