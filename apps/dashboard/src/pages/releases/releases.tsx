import type { Releases } from '@polaris-telemetry/client';
import type { Child } from 'hono/jsx';
import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import type { Page, Visit } from '../../page.js';
import { NoProduct } from '../../reports/no-product.js';
import { orTrouble } from '../../reports/panel.js';
import { linkPeople } from '../../reports/people-links.js';
import { type Chosen, completed, productFields, readProducts } from '../../reports/product.js';
import { ReleaseTable } from '../../reports/release-table.js';
import { ReportFoot } from '../../reports/report-foot.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';
import { dayAfter } from '../../words/dates.js';
import { releasesFinding } from '../../words/releases.js';
import { ReleaseCurves } from './release-curves.js';

const DAYS = ['30', '60', '90', '180', '365'] as const;
const COMPARED = ['2', '4', '6', '8', '12'] as const;

/** The page's own parameters: how to draw the chart. */
const drawing: readonly Field[] = [
  { name: 'days', label: 'Days in the chart', required: true, choices: DAYS.map((days) => [days, days]) },
  {
    name: 'newest',
    label: 'Releases in the chart',
    required: true,
    choices: COMPARED.map((count) => [count, `the newest ${count}`]),
  },
];
const OWN = drawing.map(({ name }) => name);

/** The maximum number of days in one report of the API. */
const MOST_DAYS = 1_000;

/** How fast each version spread, and how many people still run it. */
export const releases: Page = {
  path: 'releases',
  title: 'Releases',
  navigation: 'Releases',
  needs: [READ_REPORTS, READ_FLEET],
  fields: [...productFields(), ...drawing],
  show: async (visit) => {
    const { products, chosen } = await readProducts(visit);
    if (chosen === undefined) return <NoProduct />;
    const parameters = completed(visit.query, chosen);
    for (const name of OWN) parameters.delete(name);
    const days = oneOf(DAYS, visit.query.get('days'), '180');
    const newest = oneOf(COMPARED, visit.query.get('newest'), '6');
    const { value: report, faults } = await tried(visit.client.releasesReport(parametersOf(parameters)));
    const compared = report?.results.slice(0, Number(newest)) ?? [];
    const chart = report && (await orTrouble(() => chartOf(visit, chosen, report, compared, Number(days))));
    const drawn = new URLSearchParams([...parameters, ['days', days], ['newest', newest]]);
    return (
      <>
        <FilterForm fields={[...productFields(products), ...drawing]} query={drawn} faults={faults} submit="Show" />
        {report && (
          <>
            <p class="finding">{releasesFinding(report, chosen.audience)}</p>
            {chart}
            <ReleaseTable report={report} audience={chosen.audience} link={linkPeople(visit)} />
            <ReportFoot
              asOf={report.as_of}
              completeSince={report.complete_since}
              report="releases"
              parameters={parameters}
            />
          </>
        )}
      </>
    );
  },
};

function oneOf<Choice extends string>(choices: readonly Choice[], text: string | null, otherwise: Choice): Choice {
  return choices.find((choice) => choice === text) ?? otherwise;
}

/** Draws the releases from the daily counts since the earliest of them; nothing if there is none. */
async function chartOf(
  { client }: Visit,
  { audience, product }: Chosen,
  { as_of }: Releases,
  releases: Releases['results'],
  days: number,
): Promise<Child> {
  const [earliest] = releases.map(({ first_day }) => first_day).toSorted();
  if (earliest === undefined) return null;
  const to = as_of.slice(0, 10);
  // Days as text sort in order.
  const [, from = earliest] = [earliest, dayAfter(to, 1 - MOST_DAYS)].toSorted();
  const adoption = await client.adoptionReport({ audience, appProduct: product, from, to, top: 50 });
  return <ReleaseCurves adoption={adoption} releases={releases} days={days} />;
}
