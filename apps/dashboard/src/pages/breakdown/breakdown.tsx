import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import type { Page } from '../../page.js';
import { BreakdownTable } from '../../reports/breakdown-table.js';
import { NoProduct } from '../../reports/no-product.js';
import { linkPeople } from '../../reports/people-links.js';
import { completed, productFields, readProducts } from '../../reports/product.js';
import { ReportFoot } from '../../reports/report-foot.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';
import { breakdownFinding } from '../../words/breakdown.js';
import { breakdownFields, dimensionLabel } from './breakdown-fields.js';

/** A fifth of the API’s default: a page must stay small. */
const GROUPS = '20';

/** How the people of a product divide by what they run now. */
export const breakdown: Page = {
  path: 'breakdown',
  title: 'Breakdown',
  navigation: 'Breakdown',
  needs: [READ_REPORTS, READ_FLEET],
  fields: [...productFields(), ...breakdownFields('patient'), ...breakdownFields('clinician')],
  show: async (visit) => {
    const { products, chosen } = await readProducts(visit);
    if (chosen === undefined) return <NoProduct />;
    const parameters = completed(visit.query, chosen);
    const by = dividedBy(visit.query);
    parameters.set('by', by.join(','));
    if (!parameters.has('top')) parameters.set('top', GROUPS);
    const { value: report, faults } = await tried(visit.client.breakdownReport(parametersOf(parameters)));
    const filled = new URLSearchParams([...parameters].filter(([name]) => name !== 'by'));
    for (const name of by) filled.append('by', name);
    return (
      <>
        <FilterForm
          fields={[...productFields(products), ...breakdownFields(chosen.audience)]}
          query={filled}
          faults={faults}
          submit="Show"
        />
        {report && (
          <>
            <p class="finding">{breakdownFinding(report, by, chosen.audience)}</p>
            <BreakdownTable
              report={report}
              by={by.map((name) => ({ name, label: dimensionLabel(name) }))}
              audience={chosen.audience}
              link={linkPeople(visit)}
            />
            <ReportFoot asOf={report.as_of} report="breakdown" parameters={parameters} />
          </>
        )}
      </>
    );
  },
};

/** The names, either one by one as the form sends them, or separated by commas as the API takes them. */
function dividedBy(query: URLSearchParams): readonly string[] {
  const names = query.getAll('by').flatMap((text) => text.split(','));
  return names.length === 0 ? ['app_version'] : names;
}
