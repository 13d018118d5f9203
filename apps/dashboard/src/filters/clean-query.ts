import { instantOf } from '../times/local-time.js';
import { EMPTY_MARK, type Field, FORM_MARK } from './field.js';

/**
 * Returns the query that a submitted form stands for: without the fields that were left empty, and with instants in place
 * of local times. Undefined if the query is none of a form, and stands for itself.
 *
 * @param zone in which local times were entered
 */
export function cleanQuery(
  query: URLSearchParams,
  fields: readonly Field[],
  zone: string,
): URLSearchParams | undefined {
  if (!query.has(FORM_MARK)) return undefined;
  const clean = new URLSearchParams();
  for (const [name, value] of query) {
    if (name === FORM_MARK || value === '') continue;
    if (name === EMPTY_MARK) clean.append(value, '');
    else
      clean.append(
        name,
        fields.find((field) => field.name === name)?.kind === 'instant' ? instantOf(value, zone) : value,
      );
  }
  return clean;
}
