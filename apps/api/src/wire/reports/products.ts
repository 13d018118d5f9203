import { z } from '@hono/zod-openapi';
import { type CountedProducts, formatInstant } from '@polaris-telemetry/domain';
import { fields, type Report, searchFor, tableOf } from './report.js';

/** The report takes no parameters. */
export const productsParameters = z.strictObject({});

/** The report as JSON. */
export const productsSchema = z
  .object({
    as_of: fields.as_of,
    results: z.array(
      z.object({
        audience: z.enum(['patient', 'clinician']),
        app_product: z.string(),
        people: fields.people,
        installations: z.number().int().openapi({ description: 'How many installations of it these people have.' }),
        search: fields.search,
      }),
    ),
    more: fields.more,
  })
  .openapi('Products');

/** Writes the report of products. */
export function writeProducts({ asOf, products, omitted }: CountedProducts): Report {
  const results = products.map(({ audience, appProduct, people, installations }) => ({
    audience,
    app_product: appProduct,
    people,
    installations,
    search: searchFor(audience, appProduct),
  }));
  return {
    results,
    document: (shown) => {
      const more = omitted + results.length - shown;
      return { as_of: formatInstant(asOf), results: results.slice(0, shown), ...(more > 0 && { more }) };
    },
    ...tableOf(results, ['audience', 'app_product', 'people', 'installations', 'search']),
  };
}
