import { isFault, parseText } from '@polaris-telemetry/domain';
import type { Exchange } from '../http/exchange.js';
import { percentDecode } from '../http/percent-encoding.js';
import { queryPairs } from '../http/query.js';

/** The names of ids of people in paths, queries and bodies. */
const PEOPLE = ['patient_id', 'clinician_id', 'person_id'] as const;

/** The person whom a request is about: in its path, else the only one in its query or body; undefined where there is none. */
export function personOf(exchange: Exchange): string | undefined {
  const inPath = PEOPLE.find((name) => exchange.route.includes(`{${name}}`));
  const id = inPath === undefined ? onlyOneNamed(exchange) : exchange.parameter(inPath);
  // What no record can hold is no one's id.
  return id === undefined || isFault(parseText(id)) ? undefined : id;
}

function onlyOneNamed({ query, personInBody }: Exchange): string | undefined {
  const inQuery = queryPairs(query).flatMap(([name, value]) =>
    PEOPLE.some((person) => person === name) ? [value] : [],
  );
  const [id, ...others] = personInBody === undefined ? inQuery : [...inQuery, personInBody];
  return others.length === 0 ? id : undefined;
}

/** A query string as it was sent, in ASCII, without the place where a page begins. */
export function withoutPageToken(query: string): string {
  const pieces = query.split('&').filter((piece) => {
    const name = piece.split('=', 1)[0] ?? '';
    return piece !== '' && percentDecode(name.replaceAll('+', ' ')) !== 'page_token';
  });
  // Node passes the bytes of a request target as characters U+0000 to U+00FF.
  return pieces.join('&').replaceAll(/[^\x21-\x7e]/g, (raw) => {
    return `%${(raw.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
