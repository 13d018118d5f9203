import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import type { Page } from '../../page.js';
import { AdoptionChart } from '../../reports/adoption-chart.js';
import { NoProduct } from '../../reports/no-product.js';
import { linkPeople } from '../../reports/people-links.js';
import { periodFields } from '../../reports/period-fields.js';
import { completed, productFields, readProducts } from '../../reports/product.js';
import { ReportFoot } from '../../reports/report-foot.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';
import { adoptionFinding } from '../../words/adoption.js';
import { DayTable } from './day-table.js';

const more: readonly Field[] = [
  ...periodFields,
  {
    name: 'interval',
    label: 'Interval',
    required: true,
    choices: [
      ['day', 'Day'],
      ['week', 'Week'],
      ['month', 'Month'],
    ],
  },
  { name: 'top', label: 'Versions shown', kind: 'number', hint: '1 to 50; 8 if empty' },
];

/** How many people ran each version over time. */
export const adoption: Page = {
  path: 'adoption',
  title: 'Adoption',
  navigation: 'Adoption',
  needs: [READ_REPORTS, READ_FLEET],
  fields: [...productFields(), ...more],
  show: async (visit) => {
    const { products, chosen } = await readProducts(visit);
    if (chosen === undefined) return <NoProduct />;
    const parameters = completed(visit.query, chosen);
    if (!parameters.has('interval')) parameters.set('interval', 'week');
    const { value: report, faults } = await tried(visit.client.adoptionReport(parametersOf(parameters)));
    const finding = report && adoptionFinding(report);
    const link = linkPeople(visit);
    return (
      <>
        <FilterForm fields={[...productFields(products), ...more]} query={parameters} faults={faults} submit="Show" />
        {report && finding && (
          <>
            <p class="finding">{finding}</p>
            <AdoptionChart report={report} finding={finding} link={link} />
            <h2>{DAY_HEADINGS[report.interval]}</h2>
            <DayTable report={report} link={link} />
            <ReportFoot
              asOf={report.as_of}
              completeSince={report.complete_since}
              report="adoption"
              parameters={parameters}
            >
              {report.clock_suspect > 0 && (
                <>
                  Installations counted from their creation because their device’s clock was wrong:{' '}
                  {report.clock_suspect}.{' '}
                </>
              )}
            </ReportFoot>
          </>
        )}
      </>
    );
  },
};

const DAY_HEADINGS = { day: 'Day by day', week: 'Week by week', month: 'Month by month' } as const;
