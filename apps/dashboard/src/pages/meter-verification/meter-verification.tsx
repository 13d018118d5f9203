import type { MeterVerification, Products } from '@polaris-telemetry/client';
import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import type { Page } from '../../page.js';
import { MeterFunnel } from '../../reports/meter-funnel.js';
import { MeterTable } from '../../reports/meter-table.js';
import { linkPeople } from '../../reports/people-links.js';
import { periodFields } from '../../reports/period-fields.js';
import { ReportFoot } from '../../reports/report-foot.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';
import { METER_CAUTION, METER_DIMENSIONS, type MeterDimension, metersFinding } from '../../words/meters.js';
import { visibleText } from '../../words/visible-text.js';

/** Half the API’s default: a page must stay small. */
const GROUPS = '50';

/** @param mayNameDevices whether the token may see serial numbers */
function fieldsFor(products: Products | undefined, mayNameDevices: boolean): readonly Field[] {
  const names = [...new Set(products?.results.map(({ app_product }) => app_product))];
  return [
    {
      name: 'by',
      label: 'For each',
      required: true,
      choices: Object.entries(METER_DIMENSIONS).filter(([name]) => mayNameDevices || name !== 'serial_number'),
    },
    { name: 'app_product', label: 'Product', choices: names.map((name) => [name, visibleText(name)]) },
    ...periodFields,
    {
      name: 'unit',
      label: 'Counted',
      required: true,
      choices: [
        ['meter', 'each meter once'],
        ['reading', 'each reading'],
      ],
    },
    { name: 'top', label: 'Groups shown', kind: 'number', hint: `1 to 1,000; ${GROUPS} if empty` },
  ];
}

/** How often patients confirm what their meters send, and where they do not. */
export const meterVerification: Page = {
  path: 'meter-verification',
  title: 'Meter verification',
  navigation: 'Meter verification',
  needs: [READ_REPORTS, READ_FLEET],
  fields: fieldsFor(undefined, true),
  show: async (visit) => {
    const { client, query, may } = visit;
    const parameters = new URLSearchParams(query);
    if (!parameters.has('by')) parameters.set('by', 'model');
    if (!parameters.has('top')) parameters.set('top', GROUPS);
    const [products, { value: report, faults }] = await Promise.all([
      client.productsReport(),
      tried(client.meterVerificationReport(parametersOf(parameters))),
    ]);
    const fields = fieldsFor(products, may(READ_FLEET));
    const by = parameters.get('by') as MeterDimension;
    return (
      <>
        <p class="notice">{METER_CAUTION}</p>
        <FilterForm fields={fields} query={parameters} faults={faults} submit="Show" />
        {report && <Findings report={report} by={by} />}
        {report && <MeterTable report={report} by={by} link={linkPeople(visit)} />}
        {report && (
          <ReportFoot asOf={report.as_of} report="meter_verification" parameters={parameters}>
            The interval is Wilson’s. Of the groups with a q of 0.05 or less, at most about 5 % are there by chance
            (Fisher, Benjamini-Hochberg).{' '}
          </ReportFoot>
        )}
      </>
    );
  },
};

function Findings({ report, by }: { readonly report: MeterVerification; readonly by: MeterDimension }) {
  const finding = metersFinding(report, by);
  return (
    <>
      <p class="finding">{finding}</p>
      <MeterFunnel report={report} by={by} finding={finding} />
    </>
  );
}
