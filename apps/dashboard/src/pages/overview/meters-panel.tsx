import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { MeterFunnel } from '../../reports/meter-funnel.js';
import { MeterTable } from '../../reports/meter-table.js';
import type { Panel } from '../../reports/panel.js';
import type { LinkPeople } from '../../reports/people-links.js';
import type { Chosen } from '../../reports/product.js';
import { METER_CAUTION, metersFinding } from '../../words/meters.js';

const BY = 'model';
const MOST_GROUPS = 5;

/** On which phones patients disagree with what their meters sent. */
export function metersPanel({ client }: Visit, { product }: Chosen, link: LinkPeople): Panel {
  return {
    title: 'Meters that disagree',
    wide: true,
    show: async () => {
      const report = await client.meterVerificationReport({ appProduct: product, by: BY });
      const finding = metersFinding(report, BY);
      return (
        <>
          <p class="finding">{finding}</p>
          <p class="muted">{METER_CAUTION}</p>
          <div class="charted evenly">
            <MeterFunnel report={report} by={BY} finding={finding} />
            <MeterTable report={report} by={BY} link={link} rows={MOST_GROUPS} short />
          </div>
          <p class="more">
            <a href={linkTo('meter-verification', { app_product: product, by: BY })}>By version, meter and more</a>
          </p>
        </>
      );
    },
  };
}
