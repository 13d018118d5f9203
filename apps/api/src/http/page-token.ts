import { hash } from 'node:crypto';
import type { Exchange } from './exchange.js';
import { percentDecode } from './percent-encoding.js';
import type { Problem } from './problem.js';
import { WRONG_PAGE_TOKEN } from './problems.js';
import { queryPairs } from './query.js';

/** Parameters that may differ from one page of a list to the next. */
const OF_ONE_PAGE: ReadonlySet<string> = new Set(['page_size', 'page_token']);

/** Length of the checksum in front of the place, in characters: 12 bytes. */
const CHECKSUM = 16;

/**
 * Makes the token that continues the list of a request after a place: the place, and a checksum of it with path and
 * parameters. It needs no key and no memory, so that it serves at every process and does not expire. It protects against
 * mistakes only, and permits nothing: the next request is authorised like any other.
 *
 * @param place as the port that lists returned it
 */
export function pageToken(exchange: Exchange, place: string): string {
  return tokenOf(listOf(exchange), place);
}

/**
 * Reads the place after which the page of a request begins.
 *
 * @returns undefined where the list begins, or a problem when the token is not of this list
 */
export function placeOf(exchange: Exchange): string | undefined | Problem {
  const tokens = queryPairs(exchange.query).filter(([name]) => name === 'page_token');
  const [pair] = tokens;
  // The schema of the query string refuses several.
  if (pair === undefined || tokens.length > 1) return undefined;
  const [, token] = pair;
  const place = Buffer.from(token.slice(CHECKSUM), 'base64url').toString('utf8');
  return token === tokenOf(listOf(exchange), place) ? place : WRONG_PAGE_TOKEN;
}

/** Names the list: its path and the parameters that all its pages share, in whatever order and encoding they came. */
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
