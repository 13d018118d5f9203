import type { SearchRequest } from '@polaris-telemetry/domain';
import { choice, once, text, wholeNumber } from './parameters.js';

/** The parameters of every list. */
export const pageParameters = {
  page_size: once(wholeNumber(1, 1_000), {
    description: 'The maximum number of results; 50 when absent.',
    example: 50,
  }).default(50),
  page_token: once(text, {
    description:
      'The `next_page_token` of an earlier page: the page begins after it. It requires the same path and the same other parameters, except `page_size`, and does not expire.',
    example: 'aGVyZUl0R29lc09uIWIyMDIyLTAzLTA0',
  }).optional(),
};

/** Counting stops here: no one reads further, and a database should not. */
const MOST_COUNTED = 10_000;

/** The parameters of every search. */
export const searchParameters = {
  ...pageParameters,
  total: once(choice('true', 'false'), {
    description: `Whether to count all results, up to ${MOST_COUNTED.toLocaleString('en')}.`,
    example: 'true',
  }).default('false'),
};

/** Returns up to which number to count the results, if the parameters ask for it. */
export function countWanted({ total }: { readonly total: 'true' | 'false' }): Pick<SearchRequest, 'countUpTo'> {
  return total === 'true' ? { countUpTo: MOST_COUNTED } : {};
}
