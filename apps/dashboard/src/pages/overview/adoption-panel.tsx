import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { AdoptionChart } from '../../reports/adoption-chart.js';
import type { Panel } from '../../reports/panel.js';
import type { LinkPeople } from '../../reports/people-links.js';
import type { Chosen } from '../../reports/product.js';
import { adoptionFinding } from '../../words/adoption.js';

/** How many people ran each version, over the API’s default of 90 days. */
export function adoptionPanel({ client }: Visit, { audience, product }: Chosen, link: LinkPeople): Panel {
  return {
    title: 'Adoption over 90 days',
    wide: true,
    show: async () => {
      const report = await client.adoptionReport({ audience, appProduct: product, top: 6 });
      const finding = adoptionFinding(report);
      return (
        <>
          <p class="finding">{finding}</p>
          <AdoptionChart report={report} finding={finding} link={link} />
          <p class="more">
            <a href={linkTo('adoption', { audience, app_product: product })}>Other days and versions</a>
          </p>
        </>
      );
    },
  };
}
