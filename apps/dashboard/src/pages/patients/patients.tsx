import { anyOf, instantRange, PEOPLE_ORDER, versionRange } from '../../filters/common-fields.js';
import { Moment, Text } from '../../layout/text.js';
import { PersonLink } from '../../search/person-link.js';
import { searchPage } from '../../search/search-page.js';

/** Which patients run what. */
export const patients = searchPage({
  path: 'patients',
  title: 'Patients',
  caption: 'Patients and what they run now, one row for each product',
  empty: 'No patient runs this.',
  find: (client, parameters) => client.searchPatients(parameters),
  fields: [
    anyOf('patient_id', 'Patient id'),
    anyOf('app_product', 'Product'),
    anyOf('app_version', 'Version'),
    ...versionRange('app_version', 'Version'),
    anyOf('phone_os', 'System'),
    { ...anyOf('phone_os_version', 'System version'), folded: true },
    ...versionRange('phone_os_version', 'System version'),
    { ...anyOf('manufacturer', 'Manufacturer'), folded: true },
    { ...anyOf('model', 'Model'), hint: 'such as iPhone14,5', folded: true },
    { ...anyOf('unique_device_code', 'Device code'), folded: true },
    ...instantRange('since', 'Installed'),
    ...instantRange('last_seen', 'Last seen'),
    PEOPLE_ORDER,
  ],
  columns: ({ may }) => [
    { head: 'Patient', cell: ({ patient_id: id }) => <PersonLink id={id} may={may} /> },
    { head: 'Product', cell: ({ app_product: product }) => <Text value={product} /> },
    { head: 'Version', cell: ({ installation }) => <Text value={installation.app_version} /> },
    { head: 'Version since', cell: ({ version_since: since }) => <Moment at={since} /> },
    {
      head: 'Phone',
      cell: ({ installation: { manufacturer, display_name: name } }) => (
        <>
          <Text value={manufacturer} /> <Text value={name} />
        </>
      ),
    },
    {
      head: 'System',
      cell: ({ installation: { phone_os: system, phone_os_version: version } }) => (
        <>
          <Text value={system} /> <Text value={version} />
        </>
      ),
    },
    { head: 'Last seen', cell: ({ last_seen: seen }) => <Moment at={seen} /> },
  ],
});
