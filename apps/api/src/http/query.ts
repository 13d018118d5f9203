import type { z } from 'zod';
import type { Exchange } from './exchange.js';
import { percentDecode } from './percent-encoding.js';
import { type InputFault, MOST_FAULTS, Problem } from './problem.js';

const DETAIL = 'The query string is not valid.';
const BROKEN = 'must be percent-encoded UTF-8';

/** What a query string may hold: each parameter's schema for its values, in the order sent. */
export type QuerySchema<Query> = z.ZodType<Query>;

/** One parameter as sent, decoded. */
export type QueryPair = readonly [name: string, value: string];

/** Reads the query string of a request by its schema. Returns the values, or a problem with every fault. */
export function readQuery<Query>(exchange: Exchange, schema: QuerySchema<Query>): Query | Problem {
  const { pairs, faults } = decode(exchange.query);
  const parsed = schema.safeParse(Object.fromEntries(grouped(pairs)));
  if (parsed.success && faults.length === 0) return parsed.data;
  const others = parsed.error?.issues.flatMap(faultsOf) ?? [];
  const known = new Set(faults.map(({ path }) => path));
  return new Problem(400, DETAIL, { faults: [...faults, ...others.filter(({ path }) => !known.has(path))] });
}

/** Returns the decodable parameters of a query string, in the order sent. */
export function queryPairs(query: string): readonly QueryPair[] {
  return decode(query).pairs;
}

function decode(query: string): { readonly pairs: readonly QueryPair[]; readonly faults: readonly InputFault[] } {
  const pairs: QueryPair[] = [];
  const faults: InputFault[] = [];
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const [, name = piece, value = ''] = /^([^=]*)=(.*)$/s.exec(piece) ?? [];
    const decodedName = decodeForm(name);
    const decodedValue = decodeForm(value);
    if (decodedName === undefined || decodedValue === undefined) {
      faults.push({ path: pathOf(decodedName ?? name), message: BROKEN });
    } else {
      pairs.push([decodedName, decodedValue]);
    }
  }
  return { pairs, faults };
}

/** As in HTML forms, `+` is a space. */
function decodeForm(text: string): string | undefined {
  return percentDecode(text.replaceAll('+', ' '));
}

function grouped(pairs: readonly QueryPair[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

function faultsOf(issue: z.core.$ZodIssue): InputFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: pathOf(String(issue.path[0])), message: issue.message }];
  return issue.keys.slice(0, MOST_FAULTS).map((name) => ({ path: pathOf(name), message: 'Unknown parameter' }));
}

/** Names of unknown parameters come from the client and can be as long as its headers. */
const LONGEST_NAME = 100;

function pathOf(name: string): string {
  return name.length > LONGEST_NAME ? `?${name.slice(0, LONGEST_NAME)}…` : `?${name}`;
}
