import { isFault, parseText } from '@polaris-telemetry/domain';
import type { Exchange } from '../http/exchange.js';
import { percentDecode } from '../http/percent-encoding.js';
import { queryPairs } from '../http/query.js';

/** The names of people's ids in paths, queries and bodies. */
const PEOPLE = ['patient_id', 'clinician_id', 'person_id'] as const;

/** Returns the person a request is about: the one in its path, or the only one in its query and body; undefined if there is none. */
export function personOf(exchange: Exchange): string | undefined {
  const inPath = PEOPLE.find((name) => exchange.route.includes(`{${name}}`));
  const id = inPath === undefined ? onlyOneNamed(exchange) : exchange.parameter(inPath);
  // An id that no record can hold belongs to no one.
  return id === undefined || isFault(parseText(id)) ? undefined : id;
}

function onlyOneNamed({ query, personInBody }: Exchange): string | undefined {
  const inQuery = queryPairs(query).flatMap(([name, value]) =>
    PEOPLE.some((person) => person === name) ? [value] : [],
  );
  const [id, ...others] = personInBody === undefined ? inQuery : [...inQuery, personInBody];
  return others.length === 0 ? id : undefined;
}

/** Returns the query string as sent, in ASCII, without `page_token`. */
export function withoutPageToken(query: string): string {
  if (query === '') return '';
  const pieces = query.split('&').filter((piece) => {
    const name = piece.split('=', 1)[0] ?? '';
    return piece !== '' && percentDecode(name.replaceAll('+', ' ')) !== 'page_token';
  });
  // Node passes the bytes of a request target as characters U+0000 to U+00FF.
  return pieces.join('&').replaceAll(/[^\x21-\x7e]/g, (raw) => {
    return `%${(raw.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
