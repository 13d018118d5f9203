import { InvalidPlaceError } from '@polaris-telemetry/domain';
import { isInvalidValue } from '../failures.js';

/** A row's place in the order of its list, as texts that PostgreSQL wrote. */
export type Place = readonly string[];

/**
 * Reads a place of so many texts.
 *
 * @throws InvalidPlaceError when it is none
 */
export function parsePlace(text: string, length: number): Place {
  const place = parseJson(text);
  if (Array.isArray(place) && place.length === length && place.every((part) => typeof part === 'string')) return place;
  throw new InvalidPlaceError('this place is none of the list');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a statement threw: InvalidPlaceError for a place whose dates are none, because it was made by somebody else. */
export function forgedPlace(error: unknown): never {
  throw isInvalidValue(error) ? new InvalidPlaceError('this place is none of the list', { cause: error }) : error;
}
