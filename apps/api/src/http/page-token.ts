import { hash } from 'node:crypto';
import type { Exchange } from './exchange.js';
import { percentDecode } from './percent-encoding.js';
import { invalid, Problem } from './problem.js';
import { WRONG_PAGE_TOKEN } from './problems.js';
import { type QuerySchema, queryPairs, readQuery } from './query.js';

/** Parameters that may differ from one page of a list to the next. */
const OF_ONE_PAGE: ReadonlySet<string> = new Set(['page_size', 'page_token']);

/** Length of the checksum in front of the place, in characters: 12 bytes. */
const CHECKSUM = 16;

/**
 * Returns the token that continues a request's list after a place: the place, and a checksum over it, the path and the
 * parameters. It needs no key and no state, so it works with every process and never expires. It only guards against
 * mistakes and permits nothing: the next request is authorised like any other.
 *
 * @param place as returned by the port that lists
 */
export function pageToken(exchange: Exchange, place: string): string {
  return tokenOf(listOf(exchange), place);
}

/**
 * Reads the place after which a request's page begins.
 *
 * @returns undefined at the start of the list, or a problem if the token belongs to another list
 */
export function placeOf(exchange: Exchange): string | undefined | Problem {
  const tokens = queryPairs(exchange.query).filter(([name]) => name === 'page_token');
  const [pair] = tokens;
  // The query string's schema refuses several.
  if (pair === undefined || tokens.length > 1) return undefined;
  const [, token] = pair;
  const place = Buffer.from(token.slice(CHECKSUM), 'base64url').toString('utf8');
  return token === tokenOf(listOf(exchange), place) ? place : WRONG_PAGE_TOKEN;
}

/**
 * Reads the query string of a list by its schema, and the place after which the page begins.
 *
 * @returns a problem with every fault if either is wrong
 */
export function readPageQuery<Query>(
  exchange: Exchange,
  schema: QuerySchema<Query>,
): { readonly query: Query; readonly after: string | undefined } | Problem {
  const query = readQuery(exchange, schema);
  const after = placeOf(exchange);
  return query instanceof Problem || after instanceof Problem ? invalid(query, after) : { query, after };
}

/** Identifies the list: its path and the parameters that all its pages share, in any order and encoding. */
function listOf({ path, query }: Exchange): string {
  const parameters = queryPairs(query)
    .filter(([name]) => !OF_ONE_PAGE.has(name))
    .map((pair) => JSON.stringify(pair));
  return JSON.stringify([percentDecode(path) ?? path, ...parameters.sort()]);
}

function tokenOf(list: string, place: string): string {
  const checksum = hash('sha256', JSON.stringify([list, place]), 'base64url').slice(0, CHECKSUM);
  return checksum + Buffer.from(place).toString('base64url');
}
