import type { Products } from '@polaris-telemetry/client';
import type { Field } from '../filters/field.js';
import type { Visit } from '../page.js';
import { type Audience, PEOPLE } from '../words/numbers.js';
import { visibleText } from '../words/visible-text.js';

/** Whose installations of which product a report is about. */
export interface Chosen {
  readonly audience: Audience;
  readonly product: string;
}

/** More products than this make no usable list; the address accepts any. */
const MOST_CHOICES = 100;

/** Returns the requested product and audience; the most common ones by default. Undefined if nothing is installed. */
export function chosenProduct(query: URLSearchParams, { results }: Products): Chosen | undefined {
  const [audience, product] = [query.get('audience'), query.get('app_product')];
  const fitting = results
    .filter(
      (each) => (audience === null || each.audience === audience) && (product ?? each.app_product) === each.app_product,
    )
    .toSorted((a, b) => b.people - a.people);
  const named = fitting[0] ?? (product === null ? results[0] : { audience: 'patient' as const, app_product: product });
  if (named === undefined) return undefined;
  return { audience: isAudience(audience) ? audience : named.audience, product: named.app_product };
}

function isAudience(text: string | null): text is Audience {
  return text !== null && text in PEOPLE;
}

/** Returns the query with the audience and product that a report needs; those in the address take precedence. */
export function completed(query: URLSearchParams, { audience, product }: Chosen): URLSearchParams {
  const complete = new URLSearchParams(query);
  if (!complete.has('audience')) complete.set('audience', audience);
  if (!complete.has('app_product')) complete.set('app_product', product);
  return complete;
}

/** The fields that choose the people and the product. */
export function productFields({ results }: Products = { as_of: '', results: [] }): readonly Field[] {
  const names = [...new Set(results.map(({ app_product }) => app_product))].slice(0, MOST_CHOICES);
  return [
    {
      name: 'audience',
      label: 'People',
      required: true,
      choices: [
        ['patient', 'Patients'],
        ['clinician', 'Clinicians'],
      ],
    },
    { name: 'app_product', label: 'Product', required: true, choices: names.map((name) => [name, visibleText(name)]) },
  ];
}

/** Reads which products there are, for the report of one of them. */
export async function readProducts({
  client,
  query,
}: Visit): Promise<{ products: Products; chosen: Chosen | undefined }> {
  const products = await client.productsReport();
  return { products, chosen: chosenProduct(query, products) };
}
