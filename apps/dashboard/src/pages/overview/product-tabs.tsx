import type { Products } from '@polaris-telemetry/client';
import { Name } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Chosen } from '../../reports/product.js';
import { counted, numberText, PEOPLE } from '../../words/numbers.js';

/** Further products are reachable by address; the first ones have the most people. */
const MOST_TABS = 12;

interface ProductTabsProps {
  readonly products: Products;
  readonly chosen: Chosen;
}

/** Who has which product now: each leads to its overview. */
export function ProductTabs({ products: { results, more = 0 }, chosen }: ProductTabsProps) {
  const sorted = results.toSorted((a, b) => b.people - a.people);
  const hidden = results.length - MOST_TABS + more;
  return (
    <nav class="tabs" aria-label="Products">
      <ul>
        {sorted.slice(0, MOST_TABS).map(({ audience, app_product, people }) => (
          <li>
            <a
              href={linkTo('', { audience, app_product })}
              aria-current={audience === chosen.audience && app_product === chosen.product ? 'page' : undefined}
            >
              <Name value={app_product} /> <span>{counted(people, PEOPLE[audience])}</span>
            </a>
          </li>
        ))}
        {hidden > 0 && <li class="muted">and {numberText(hidden)} more</li>}
      </ul>
    </nav>
  );
}
