import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import { PageLinks } from '../../layout/page-links.js';
import { Table } from '../../layout/table.js';
import { Moment, numberText, Text } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Page } from '../../page.js';
import { READ_ALL, READ_FLEET } from '../../scopes.js';

const fields: readonly Field[] = [
  { name: 'patient_id', label: 'Patient id', repeats: true },
  { name: 'app_product', label: 'Product', repeats: true },
  { name: 'app_version', label: 'Version', repeats: true },
  { name: 'app_version_from', label: 'Version, from', hint: 'this one or a newer one' },
  { name: 'app_version_below', label: 'Version, below', hint: 'older than this one' },
  { name: 'phone_os', label: 'System', repeats: true },
  { name: 'phone_os_version', label: 'System version', repeats: true },
  { name: 'phone_os_version_from', label: 'System version, from' },
  { name: 'phone_os_version_below', label: 'System version, below' },
  { name: 'manufacturer', label: 'Manufacturer', repeats: true },
  { name: 'model', label: 'Model', repeats: true },
  { name: 'unique_device_code', label: 'Device code', repeats: true },
  { name: 'since_from', label: 'Running since, from', kind: 'instant' },
  { name: 'since_before', label: 'Running since, before', kind: 'instant' },
  { name: 'last_seen_from', label: 'Last seen, from', kind: 'instant' },
  { name: 'last_seen_before', label: 'Last seen, before', kind: 'instant' },
  {
    name: 'sort',
    label: 'Order',
    choices: [
      ['-since', 'began last, first'],
      ['since', 'began first, first'],
      ['-last_seen', 'last seen, first'],
      ['last_seen', 'not seen for longest, first'],
    ],
  },
];

/** Who runs what: patients. */
export const patients: Page = {
  path: 'patients',
  title: 'Patients',
  navigation: 'Patients',
  needs: [READ_FLEET],
  fields,
  show: async ({ client, query, may }) => {
    const { value: found, faults } = await tried(
      client.searchPatients({ ...parametersOf(query), total: true }).page(query.get('page_token') ?? undefined),
    );
    return (
      <>
        <FilterForm fields={fields} query={query} faults={faults} submit="Search" />
        {found && (
          <>
            <Total {...found.total} />
            <Table
              caption="Patients and what they run now"
              empty="Nobody runs this."
              rows={found.results}
              columns={[
                {
                  head: 'Patient',
                  cell: ({ patient_id: id }) =>
                    may(READ_ALL) ? (
                      <a href={linkTo('person', { id })}>
                        <Text value={id} />
                      </a>
                    ) : (
                      <Text value={id} />
                    ),
                },
                { head: 'Product', cell: ({ app_product }) => <Text value={app_product} /> },
                { head: 'Version', cell: ({ installation }) => <Text value={installation.app_version} /> },
                { head: 'since', cell: ({ version_since }) => <Moment at={version_since} /> },
                {
                  head: 'Phone',
                  cell: ({ installation: { manufacturer, display_name } }) => (
                    <>
                      <Text value={manufacturer} /> <Text value={display_name} />
                    </>
                  ),
                },
                {
                  head: 'System',
                  cell: ({ installation: { phone_os, phone_os_version } }) => (
                    <>
                      <Text value={phone_os} /> <Text value={phone_os_version} />
                    </>
                  ),
                },
                { head: 'Last seen', cell: ({ last_seen }) => <Moment at={last_seen} /> },
              ]}
            />
            <PageLinks path="patients" query={query} next={found.next_page_token} />
          </>
        )}
      </>
    );
  },
};

function Total({ count, exact }: { readonly count?: number | undefined; readonly exact?: boolean | undefined }) {
  if (count === undefined) return <></>;
  return <p class="total">{exact ? numberText(count) : `More than ${numberText(count)}`} found</p>;
}
