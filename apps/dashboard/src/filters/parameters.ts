/**
 * Returns a query as parameters of a client's method, with names in camel case. Everything is passed on: the API names
 * what it does not know, and the page shows it.
 *
 * @param omitted the page's own parameters
 */
export function parametersOf<Parameters>(query: URLSearchParams, omitted: readonly string[] = []): Parameters {
  const names = new Set(query.keys());
  const parameters = [...names]
    .filter((name) => name !== 'page_token' && !omitted.includes(name))
    .map((name) => {
      const values = query.getAll(name);
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, values.length === 1 ? values[0] : values];
    });
  // What the values are is the API's to judge: a wrong one is a fault shown beside its field.
  return Object.fromEntries(parameters) as Parameters;
}
