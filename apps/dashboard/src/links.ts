/** The pages that show the searches of the API. */
const SEARCHES: Readonly<Record<string, string>> = {
  '/dhos/v1/telemetry/patients': 'patients',
  '/dhos/v1/telemetry/clinicians': 'clinicians',
  '/dhos/v1/telemetry/blood_glucose_meters': 'meters',
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
  const page = SEARCHES[path];
  return page === undefined ? undefined : linkTo(page, new URLSearchParams(query));
}
