import { InvalidPlaceError } from '@polaris-telemetry/domain';
import { isInvalidValue } from '../failures.js';

/** A row's place in the order of its list, as texts that PostgreSQL wrote. */
export type Place = readonly string[];

/**
 * Reads a place that consists of this many texts.
 *
 * @throws InvalidPlaceError if it is not one
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

/** Rethrows a statement's error: InvalidPlaceError if a forged place holds what is no date or number. */
export function forgedPlace(error: unknown): never {
  throw isInvalidValue(error) ? new InvalidPlaceError('this place is none of the list', { cause: error }) : error;
}
