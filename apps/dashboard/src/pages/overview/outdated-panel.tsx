import type { Releases } from '@polaris-telemetry/client';
import { tried } from '../../filters/tried.js';
import { Table } from '../../layout/table.js';
import { Count, Name } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { csvPath } from '../../reports/csv-path.js';
import type { Panel } from '../../reports/panel.js';
import type { LinkPeople } from '../../reports/people-links.js';
import type { Chosen } from '../../reports/product.js';
import { numberText, PEOPLE } from '../../words/numbers.js';
import { outdatedFinding } from '../../words/outdated.js';
import { currentRelease } from '../../words/releases.js';
import { BelowForm } from './below-form.js';

const MOST_VERSIONS = 8;

/** Who runs a version below the chosen one; below the current release by default. */
export function outdatedPanel(
  { client, query }: Visit,
  chosen: Chosen,
  link: LinkPeople,
  releases: Promise<Releases>,
): Panel {
  const { audience, product } = chosen;
  const written = query.get('below') ?? '';
  return {
    title: 'Outdated',
    show: async () => {
      const below = written === '' ? currentVersion(await releases) : written;
      if (below === undefined) return <p class="empty">No version has a place in the order yet.</p>;
      const { value: report, faults } = await tried(client.outdatedReport({ audience, appProduct: product, below }));
      return (
        <>
          {report && <p class="finding">{outdatedFinding(report, below, audience)}</p>}
          <BelowForm chosen={chosen} below={below} fault={faults.get('below')} />
          {report && (
            <Table
              compact
              caption={captionOf(report.results.length - MOST_VERSIONS + (report.more ?? 0))}
              empty={`No ${PEOPLE[audience][0]} is behind.`}
              rows={report.results.slice(0, MOST_VERSIONS)}
              columns={[
                { head: 'Version', cell: ({ app_version }) => <Name value={app_version} /> },
                {
                  head: 'People',
                  numeric: true,
                  cell: ({ people, search }) => <Count value={people} href={link(search, people)} />,
                },
              ]}
            />
          )}
          {report && report.people_below > 0 && (
            <p class="more">
              All of them: <Count value={report.people_below} href={link(report.search)} />.{' '}
              <a href={linkTo(csvPath('outdated'), { audience, app_product: product, below })} download>
                Download as CSV
              </a>
            </p>
          )}
        </>
      );
    },
  };
}

function currentVersion({ results }: Releases): string | undefined {
  const current = currentRelease(results);
  return current?.ordered ? current.app_version : undefined;
}

function captionOf(hidden: number): string {
  return `Versions below, the oldest first${hidden > 0 ? `; ${numberText(hidden)} more are left out` : ''}`;
}
