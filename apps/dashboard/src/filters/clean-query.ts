import { instantOf } from '../times/local-time.js';
import { EMPTY_MARK, type Field, FORM_MARK } from './field.js';

/**
 * Returns the query of a submitted form: without empty fields, and with instants instead of local times. Undefined if
 * the query does not come from a form.
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
