import { anyOf, instantRange, PEOPLE_ORDER, versionRange } from '../../filters/common-fields.js';
import { Moment, Text } from '../../layout/text.js';
import { PersonLink } from '../../search/person-link.js';
import { searchPage } from '../../search/search-page.js';

/** Which clinicians run what. */
export const clinicians = searchPage({
  path: 'clinicians',
  title: 'Clinicians',
  caption: 'Clinicians and what they run now, one row for each product',
  empty: 'No clinician runs this.',
  find: (client, parameters) => client.searchClinicians(parameters),
  fields: [
    anyOf('clinician_id', 'Clinician id'),
    anyOf('app_product', 'Product'),
    anyOf('app_version', 'Version'),
    ...versionRange('app_version', 'Version'),
    anyOf('desktop_os', 'System'),
    { ...anyOf('desktop_os_version', 'System version'), folded: true },
    ...versionRange('desktop_os_version', 'System version'),
    { ...anyOf('unique_device_code', 'Device code'), folded: true },
    ...instantRange('since', 'Installed'),
    ...instantRange('last_seen', 'Last seen'),
    PEOPLE_ORDER,
  ],
  columns: ({ may }) => [
    { head: 'Clinician', cell: ({ clinician_id: id }) => <PersonLink id={id} may={may} /> },
    { head: 'Product', cell: ({ app_product: product }) => <Text value={product} /> },
    { head: 'Version', cell: ({ installation }) => <Text value={installation.app_version} /> },
    { head: 'Version since', cell: ({ version_since: since }) => <Moment at={since} /> },
    {
      head: 'System',
      cell: ({ installation: { desktop_os: system, desktop_os_version: version } }) => (
        <>
          <Text value={system} /> <Text value={version} />
        </>
      ),
    },
    { head: 'Last seen', cell: ({ last_seen: seen }) => <Moment at={seen} /> },
  ],
});
