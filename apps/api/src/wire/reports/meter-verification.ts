import { z } from '@hono/zod-openapi';
import {
  type AgreementDimension,
  type AssessedAgreement,
  type AssessedGroup,
  dayOf,
  formatDay,
  formatInstant,
  type Instant,
  instantOfDay,
  LATEST_INSTANT,
  type MeterVerification,
  type VerifyMeters,
} from '@polaris-telemetry/domain';
import { choice, day, once, text, wholeNumber } from '../parameters.js';
import { type SearchParameter, searchReference } from '../search-reference.js';
import { type Report, tableOf } from './report.js';

const DIMENSIONS = ['app_version', 'serial_number', 'phone_os', 'manufacturer', 'model'] as const;

/** The parameters of the meter verification report. */
export const meterVerificationParameters = z
  .strictObject({
    app_product: once(text, { description: 'Readings of this product only.', example: 'GDM' }).optional(),
    by: once(choice(...DIMENSIONS), {
      description:
        'Groups the readings; `serial_number` needs `read:gdm_telemetry_fleet`. Absent: only the overall figures, which CSV does not have.',
      example: 'model',
    }).optional(),
    from: once(day, { description: 'Verified on this day (UTC) or later.', example: '2026-01-01' }).optional(),
    to: once(day, { description: 'Verified on this day (UTC) or earlier.', example: '2026-01-31' }).optional(),
    unit: once(choice('meter', 'reading'), {
      description:
        '`meter`: the newest answer about each patient’s meter (non-empty serial number). `reading`: every answer.',
      example: 'meter',
    }).default('meter'),
    top: once(wholeNumber(1, 1_000), { description: 'The maximum number of groups.', example: 100 }).default(100),
  })
  .refine(({ from, to }) => !(typeof from === 'number' && typeof to === 'number' && from > to), {
    path: ['from'],
    message: 'must not be after `to`',
    // Beside other faults too: whatever has one is no number.
    when: () => true,
  });

type Parameters = z.output<typeof meterVerificationParameters>;

/** The request that the parameters describe. */
export function verifyMetersOf({ app_product, by, from, to, unit, top }: Parameters): VerifyMeters {
  return {
    filter: {
      appProduct: app_product === undefined ? undefined : [app_product],
      verifiedFrom: from === undefined ? undefined : instantOfDay(from),
      verifiedBefore: endsAt(to),
      latestTold: unit === 'meter',
    },
    by,
    top,
  };
}

/** The columns of the table of groups, after the one that names the group. */
const FIGURES = ['told', 'disagree', 'rate', 'low', 'high', 'p_value', 'q_value', 'flag'] as const;

const share = z.number().min(0).max(1);
const agreement = {
  told: z.number().int().openapi({ description: 'Readings whose value the patient judged.' }),
  disagree: z.number().int().openapi({ description: 'Those that the patient called wrong.' }),
  rate: share.nullable().openapi({ description: '`disagree` / `told`; null if `told` is 0.' }),
  low: share.nullable().openapi({ description: 'Lower end of Wilson’s 95 % interval of `rate`.' }),
  high: share.nullable().openapi({ description: 'Upper end of it.' }),
};

/** The report as JSON. */
export const meterVerificationSchema = z
  .object({
    as_of: z.string().openapi({ format: 'date-time', description: 'The moment of the figures (UTC).' }),
    unit: z.enum(['meter', 'reading']),
    ...agreement,
    results: z.array(
      z.looseObject({
        ...agreement,
        p_value: share.nullable().openapi({
          description:
            'Fisher’s exact test, one-sided: does this group disagree more than the rest? Null if `told` < 5.',
        }),
        q_value: share.nullable().openapi({
          description: '`p_value`, corrected for the number of groups that have one (Benjamini-Hochberg).',
        }),
        flag: z
          .enum(['high', 'too_few'])
          .nullable()
          .openapi({ description: '`high` if `q_value` <= 0.05, `too_few` if `told` < 5.' }),
        search: z.string().nullable().openapi({ description: 'The search that finds exactly these readings.' }),
      }),
    ),
    other: z
      .object({ groups: z.number().int(), told: z.number().int(), disagree: z.number().int() })
      .openapi({ description: 'The groups that are not shown.' }),
  })
  .openapi('MeterVerification');

/** The report as JSON, and its groups as rows. */
export function writeMeterVerification(report: MeterVerification, parameters: Parameters, searchPath: string): Report {
  const { by, unit } = parameters;
  const results = report.groups.map((group) => ({
    ...(by && { [by]: group.name }),
    ...figures(group),
    p_value: group.pValue,
    q_value: group.qValue,
    flag: group.flag,
    search: searchOf(group, parameters, searchPath),
  }));
  return {
    results,
    document: (shown) => ({
      as_of: formatInstant(report.asOf),
      unit,
      ...figures(report.overall),
      results: results.slice(0, shown),
      other: report.groups.slice(shown).reduce(
        ({ groups, told, disagree }, hidden) => ({
          groups: groups + 1,
          told: told + hidden.told,
          disagree: disagree + hidden.disagree,
        }),
        report.other,
      ),
    }),
    ...tableOf(results, [...(by ? [by] : []), ...FIGURES, 'search']),
  };
}

function figures({ told, disagree, rate, low, high }: AssessedAgreement) {
  return { told, disagree, rate, low, high };
}

/** The search whose results are exactly a group's readings; null for unknown phones, which no search finds. */
function searchOf(
  { name }: AssessedGroup,
  { app_product, by, from, to, unit }: Parameters,
  path: string,
): string | null {
  if (by === undefined || name === null) return null;
  const parameters: SearchParameter[] = [
    ...(unit === 'meter' ? ([['latest', 'told']] as const) : ANSWERED),
    ...(app_product === undefined ? [] : [['app_product', app_product] as const]),
    ...(from === undefined ? [] : [['verified_from', startOf(from)] as const]),
    ...(endsAt(to) === undefined || to === undefined ? [] : [['verified_before', startOf(to + 1)] as const]),
    [by satisfies AgreementDimension, name],
  ];
  return searchReference(path, parameters);
}

const ANSWERED = [
  ['is_bg_value_correct', 'true'],
  ['is_bg_value_correct', 'false'],
] as const;

/** Returns the instant after the last day; undefined if no later instant exists. */
function endsAt(to: number | undefined): Instant | undefined {
  return to === undefined || to >= dayOf(LATEST_INSTANT) ? undefined : instantOfDay(to + 1);
}

function startOf(days: number): string {
  return `${formatDay(days)}T00:00:00Z`;
}
