import type { Audience } from './words/numbers.js';

/** The path prefix of the API's searches. */
const SEARCHES = '/dhos/v1/telemetry/';
/** The page that shows each search. */
const PAGES: Readonly<Record<string, string>> = {
  [`${SEARCHES}patients`]: 'patients',
  [`${SEARCHES}clinicians`]: 'clinicians',
  [`${SEARCHES}blood_glucose_meters`]: 'meters',
};

/** Returns the link to a page with a query; relative, because every page is one segment. */
export function linkTo(path: string, query?: URLSearchParams | Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return `${path === '' ? './' : path}${text === '' ? '' : `?${text}`}`;
}

/**
 * Returns the link to the page that shows a search of the API, as reports give it in `search`; undefined if there is none.
 *
 * @param reference such as `/dhos/v1/telemetry/patients?app_version=4.1.0`
 */
export function searchLink(reference: string | null | undefined): string | undefined {
  const [path = '', query = ''] = reference?.split('?') ?? [];
  const page = PAGES[path];
  return page === undefined ? undefined : linkTo(page, new URLSearchParams(query));
}

/** Returns the search of the API that finds the people of a product now, as reports give it. */
export function peopleSearch(
  { audience, product }: { readonly audience: Audience; readonly product: string },
  filters: Readonly<Record<string, string>> = {},
): string {
  return `${SEARCHES}${audience}s?${new URLSearchParams({ app_product: product, ...filters })}`;
}
