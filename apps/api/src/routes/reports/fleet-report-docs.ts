import type { z } from 'zod';
import { reportingDoc } from '../../openapi/report-docs.js';
import { adoptionParameters, adoptionSchema } from '../../wire/reports/adoption.js';
import { breakdownSchema } from '../../wire/reports/breakdown.js';
import { outdatedParameters, outdatedSchema } from '../../wire/reports/outdated.js';
import { productsParameters, productsSchema } from '../../wire/reports/products.js';
import { releasesParameters, releasesSchema } from '../../wire/reports/releases.js';

const AS_OF = '2026-01-31T09:30:00.000Z';
const SEARCH = '/dhos/v1/telemetry/patients?app_product=GDM';

const UNIT =
  'Each person counts once for each product, with the current installation: the one with the last effective date, which is that of first use, or `created` if the device’s clock was wrong.';
const PAST =
  'A day’s figure is that of its end (UTC), today’s that of now. Figures of the past change: records that arrive late, corrected dates, and erasures count where they belong.';

/** What is out there. */
export const productsDoc = () =>
  reportingDoc({
    operationId: 'report_products',
    summary: 'The products that people have',
    description: `All products, of patients and of clinicians: by audience, then by people. ${UNIT}`,
    query: productsParameters,
    schema: productsSchema,
    example: {
      as_of: AS_OF,
      results: [{ audience: 'patient', app_product: 'GDM', people: 471, installations: 495, search: SEARCH }],
    },
    csvExample: `audience,app_product,people,installations,search\r\npatient,GDM,471,495,${SEARCH}\r\n`,
  });

/** Who ran which version, day by day. */
export const adoptionDoc = () =>
  reportingDoc({
    operationId: 'report_adoption',
    summary: 'How the versions of a product are adopted',
    description: `People by version over time. On each day the series, \`other\` and \`unknown\` add up to \`people\`. ${UNIT} ${PAST} Beyond the first 10,000 versions of a product the rest counts as \`other\`. CSV has only the series, one line for each day and version.`,
    query: adoptionParameters,
    schema: adoptionSchema,
    example: {
      as_of: AS_OF,
      audience: 'patient',
      app_product: 'GDM',
      interval: 'week',
      days: ['2026-01-25', '2026-01-31'],
      people: [464, 471],
      series: [
        { app_version: '4.2.0', people: [0, 310] },
        { app_version: '4.1.0', people: [440, 140] },
      ],
      other: { versions: 3, people: [20, 18] },
      unknown: [4, 3],
      clock_suspect: 2,
      complete_since: '2026-01-12',
    },
    csvExample: 'day,app_version,people\r\n2026-01-25,4.2.0,0\r\n2026-01-25,4.1.0,440\r\n',
  });

/** What became of each version. */
export const releasesDoc = () =>
  reportingDoc({
    operationId: 'report_releases',
    summary: 'The releases of a product, and how quickly they were adopted',
    description: `The versions that were in use at the end of a day, newest first, at most 1,000: \`more\` says how many are left out. ${UNIT} ${PAST}`,
    query: releasesParameters,
    schema: releasesSchema,
    example: {
      as_of: AS_OF,
      people: 471,
      complete_since: '2026-01-12',
      results: [
        {
          app_version: '4.2.0',
          ordered: true,
          first_day: '2026-01-27',
          last_day: null,
          people: 310,
          share: 0.6581740976645435,
          peak_people: 310,
          peak_day: '2026-01-31',
          days_to_10_percent: 0,
          days_to_50_percent: 2,
          days_to_90_percent: null,
          search: `${SEARCH}&app_version=4.2.0`,
        },
      ],
    },
    csvExample:
      'app_version,ordered,first_day,last_day,people,share,peak_people,peak_day,days_to_10_percent,days_to_50_percent,days_to_90_percent,search\r\n',
  });

/** Who runs an old version. */
export const outdatedDoc = () =>
  reportingDoc({
    operationId: 'report_outdated',
    summary: 'Who runs a version below another one',
    description: `The versions of a product below one, by the order of Semantic Versioning, oldest first, and the people who run them now. ${UNIT}`,
    query: outdatedParameters,
    schema: outdatedSchema,
    example: {
      as_of: AS_OF,
      people: 471,
      people_below: 158,
      share: 0.3354564755838641,
      unordered: 3,
      search: `${SEARCH}&app_version_below=4.2`,
      results: [{ app_version: '4.1.0', people: 140, search: `${SEARCH}&app_version=4.1.0` }],
    },
    csvExample: `app_version,people,search\r\n4.1.0,140,${SEARCH}&app_version=4.1.0\r\n`,
  });

/** How people divide by what they run. */
export function breakdownDoc(query: z.ZodObject) {
  return reportingDoc({
    operationId: 'report_breakdown',
    summary: 'How people divide by version, system or device',
    description: `People by what they run now; the filters are those of the search. The groups and \`other\` add up to \`people\`; CSV has only the groups. A filter by \`unique_device_code\` needs \`read:gdm_telemetry_fleet\`. Which names and filters there are depends on \`audience\`: phones are patients’, desktops clinicians’. ${UNIT}`,
    query,
    schema: breakdownSchema,
    example: {
      as_of: AS_OF,
      people: 471,
      results: [
        { manufacturer: 'Apple', people: 251, share: 0.5329087048832272, search: `${SEARCH}&manufacturer=Apple` },
      ],
      other: { groups: 12, people: 220 },
    },
    csvExample: `manufacturer,people,share,search\r\nApple,251,0.5329087048832272,${SEARCH}&manufacturer=Apple\r\n`,
  });
}
