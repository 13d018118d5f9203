import type { Products } from '@polaris-telemetry/client';
import { counted, PEOPLE } from './numbers.js';
import { visibleText } from './visible-text.js';

/** Says who has what: `GDM is used by 40 patients and 8 clinicians.` */
export function productsFinding({ results, more = 0 }: Products): string {
  const [first] = results;
  if (first === undefined) return 'Nothing is installed yet.';
  const users = results
    .toSorted((a, b) => b.people - a.people)
    .filter(({ app_product }) => app_product === first.app_product)
    .map(({ audience, people }) => counted(people, PEOPLE[audience]));
  const others = new Set(results.map(({ app_product }) => app_product)).size - 1 + more;
  const rest = others === 0 ? '' : `; there ${others === 1 ? 'is' : 'are'} ${counted(others, MORE_PRODUCTS)}`;
  return `${visibleText(first.app_product)} is used by ${users.join(' and ')}${rest}.`;
}

const MORE_PRODUCTS = ['more product', 'more products'] as const;
