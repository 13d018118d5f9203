/**
 * Returns a query as the parameters of a client's method, with names in camel case. Everything is passed on: the API
 * names unknown parameters, and the page shows that.
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
  // The API judges the values: the page shows a fault beside its field.
  return Object.fromEntries(parameters) as Parameters;
}
