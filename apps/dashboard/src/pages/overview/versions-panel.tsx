import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { BreakdownTable } from '../../reports/breakdown-table.js';
import type { Panel } from '../../reports/panel.js';
import type { LinkPeople } from '../../reports/people-links.js';
import type { Chosen } from '../../reports/product.js';
import { breakdownFinding } from '../../words/breakdown.js';

const BY = 'app_version';
const MOST_VERSIONS = 6;

/** How many people run each version now. */
export function versionsPanel({ client }: Visit, { audience, product }: Chosen, link: LinkPeople): Panel {
  return {
    title: 'Versions now',
    show: async () => {
      const report = await client.breakdownReport({ audience, appProduct: product, by: BY, top: MOST_VERSIONS });
      return (
        <>
          <p class="finding">{breakdownFinding(report, [BY], audience)}</p>
          <BreakdownTable report={report} by={[{ name: BY, label: 'Version' }]} audience={audience} link={link} />
          <p class="more">
            <a href={linkTo('breakdown', { audience, app_product: product })}>By system, model and more</a>
          </p>
        </>
      );
    },
  };
}
