import { anyOf, instantRange, order, versionRange } from '../../filters/common-fields.js';
import { Moment, Text } from '../../layout/text.js';
import { PersonLink } from '../../search/person-link.js';
import { searchPage } from '../../search/search-page.js';

/** All meters, and whether their patients confirm what they sent. */
export const meters = searchPage({
  path: 'meters',
  title: 'Meters',
  caption: 'Blood glucose meters and their verification readings',
  empty: 'There is no such meter.',
  find: (client, parameters) => client.searchMeters(parameters),
  fields: [
    anyOf('patient_id', 'Patient id'),
    anyOf('serial_number', 'Serial number'),
    {
      ...anyOf('is_bg_value_correct', 'Patient confirms the reading'),
      repeats: false,
      choices: [
        ['true', 'yes'],
        ['false', 'no'],
        ['none', 'did not say'],
      ],
    },
    {
      name: 'latest',
      label: 'Which readings',
      choices: [['told', 'the last answer for each meter']],
    },
    ...instantRange('verified', 'Verified'),
    { ...anyOf('app_product', 'Product'), folded: true },
    { ...anyOf('app_version', 'Version'), folded: true },
    ...versionRange('app_version', 'Version').map((field) => ({ ...field, folded: true })),
    { ...anyOf('phone_os', 'System of the phone'), folded: true },
    { ...anyOf('manufacturer', 'Manufacturer of the phone'), folded: true },
    { ...anyOf('model', 'Model of the phone'), hint: 'such as iPhone14,5', folded: true },
    { ...anyOf('mobile_id', 'Id of the phone’s installation'), folded: true },
    order(['-date_verified', 'newest verification first'], ['date_verified', 'oldest verification first']),
  ],
  columns: ({ may }) => [
    { head: 'Serial number', cell: ({ serial_number: serial }) => <Text value={serial} /> },
    { head: 'Patient', cell: ({ patient_id: id }) => <PersonLink id={id} may={may} /> },
    { head: 'Verified', cell: ({ date_verified: at }) => <Moment at={at} /> },
    { head: 'Confirmed', cell: ({ is_bg_value_correct: isCorrect }) => confirmed(isCorrect) },
    { head: 'Reading', numeric: true, cell: ({ blood_glucose_value: value }) => value ?? '' },
    { head: 'Product', cell: ({ app_product: product }) => <Text value={product} /> },
    { head: 'Version', cell: ({ app_version: version }) => <Text value={version} /> },
  ],
});

function confirmed(isCorrect: boolean | null) {
  if (isCorrect === null) return <span class="muted">did not say</span>;
  return isCorrect ? 'yes' : <strong class="fault">no</strong>;
}
