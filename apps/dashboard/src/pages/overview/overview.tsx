import type { Page, Visit } from '../../page.js';
import { NoProduct } from '../../reports/no-product.js';
import { type Panel, renderPanels } from '../../reports/panel.js';
import { linkPeople } from '../../reports/people-links.js';
import { type Chosen, readProducts } from '../../reports/product.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';
import { productsFinding } from '../../words/products.js';
import { adoptionPanel } from './adoption-panel.js';
import { metersPanel } from './meters-panel.js';
import { outdatedPanel } from './outdated-panel.js';
import { ProductTabs } from './product-tabs.js';
import { releasesPanel } from './releases-panel.js';
import { versionsPanel } from './versions-panel.js';

/** A product at a glance. */
export const overview: Page = {
  path: '',
  title: 'Overview',
  navigation: 'Overview',
  needs: [READ_REPORTS, READ_FLEET],
  show: async (visit) => {
    const { products, chosen } = await readProducts(visit);
    if (chosen === undefined) return <NoProduct />;
    const panels = await renderPanels(panelsOf(visit, chosen));
    return (
      <>
        <p class="finding">{productsFinding(products)}</p>
        <ProductTabs products={products} chosen={chosen} />
        {panels}
      </>
    );
  },
};

function panelsOf(visit: Visit, chosen: Chosen): readonly Panel[] {
  const link = linkPeople(visit);
  // One report for two panels.
  const releases = visit.client.releasesReport({ audience: chosen.audience, appProduct: chosen.product });
  return [
    versionsPanel(visit, chosen, link),
    outdatedPanel(visit, chosen, link, releases),
    adoptionPanel(visit, chosen, link),
    releasesPanel(chosen, link, releases),
    ...(chosen.audience === 'patient' ? [metersPanel(visit, chosen, link)] : []),
  ];
}
