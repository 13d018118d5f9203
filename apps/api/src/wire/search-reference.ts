/** A parameter of a search. */
export type SearchParameter = readonly [name: string, value: string];

/** In characters. Browsers and proxies may cut or refuse longer references. */
const LONGEST = 4_000;

/** Returns the reference (an absolute path) of a search; null if it would be too long. */
export function searchReference(path: string, parameters: readonly SearchParameter[]): string | null {
  const query = parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const reference = `${path}?${query.join('&')}`;
  return reference.length > LONGEST ? null : reference;
}
