import type { Releases } from '@polaris-telemetry/client';
import { linkTo } from '../../links.js';
import type { Panel } from '../../reports/panel.js';
import type { LinkPeople } from '../../reports/people-links.js';
import type { Chosen } from '../../reports/product.js';
import { ReleaseTable } from '../../reports/release-table.js';
import { releasesFinding } from '../../words/releases.js';

const MOST_RELEASES = 5;

/** How fast the newest releases spread. */
export function releasesPanel({ audience, product }: Chosen, link: LinkPeople, releases: Promise<Releases>): Panel {
  return {
    title: 'Releases',
    wide: true,
    show: async () => {
      const report = await releases;
      return (
        <>
          <p class="finding">{releasesFinding(report, audience)}</p>
          <ReleaseTable report={report} audience={audience} link={link} rows={MOST_RELEASES} />
          <p class="more">
            <a href={linkTo('releases', { audience, app_product: product })}>All releases, and how they compare</a>
          </p>
        </>
      );
    },
  };
}
