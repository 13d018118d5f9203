import type { Adoption, Releases } from '@polaris-telemetry/client';
import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import type { Page, Visit } from '../../page.js';
import { NoProduct } from '../../reports/no-product.js';
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

/** The page's own: how the chart is drawn. */
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

/** As many days as the API reports at once. */
const MOST_DAYS = 1_000;

/** What became of each version: how fast it spread, and how many it still has. */
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
    const adoption = report && (await adoptionOf(visit, chosen, report, compared));
    const drawn = new URLSearchParams([...parameters, ['days', days], ['newest', newest]]);
    return (
      <>
        <FilterForm fields={[...productFields(products), ...drawing]} query={drawn} faults={faults} submit="Show" />
        {report && (
          <>
            <p class="finding">{releasesFinding(report, chosen.audience)}</p>
            {adoption && <ReleaseCurves adoption={adoption} releases={compared} days={Number(days)} />}
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

/** The people of each day since the first release that is compared; undefined if there is none. */
async function adoptionOf(
  { client }: Visit,
  { audience, product }: Chosen,
  { as_of }: Releases,
  compared: Releases['results'],
): Promise<Adoption | undefined> {
  const [earliest] = compared.map(({ first_day }) => first_day).toSorted();
  if (earliest === undefined) return undefined;
  const to = as_of.slice(0, 10);
  // Days as text are in order.
  const [, from] = [earliest, dayAfter(to, 1 - MOST_DAYS)].toSorted();
  return client.adoptionReport({ audience, appProduct: product, from: from ?? earliest, to, top: 50 });
}
