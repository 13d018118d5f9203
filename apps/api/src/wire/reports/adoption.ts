import { z } from '@hono/zod-openapi';
import { type Adoption, type AdoptionSeries, formatDay, formatInstant } from '@polaris-telemetry/domain';
import { choice, day, once, wholeNumber } from '../parameters.js';
import { aboutPeople, dayOrNull, fields, type Report } from './report.js';

/** The parameters that choose the days. */
export const periodParameters = {
  from: once(day, {
    description: 'First day (UTC); 89 days before `to` when absent.',
    example: '2026-01-01',
  }).optional(),
  to: once(day, { description: 'Last day (UTC), today at most; today when absent.', example: '2026-01-31' }).optional(),
  interval: once(choice('day', 'week', 'month'), {
    description:
      'What a point stands for: the end of each day, of each week (Sunday), or of each month. 1,000 points at most.',
    example: 'week',
  }).default('day'),
};

/** The parameters of the report of adoption. */
export const adoptionParameters = z.strictObject({
  ...aboutPeople,
  ...periodParameters,
  top: once(wholeNumber(1, 50), {
    description: 'How many versions have a series of their own: those with the highest points.',
    example: 8,
  }).default(8),
});

type Parameters = z.output<typeof adoptionParameters>;

const counts = z.array(z.number().int());

/** The report as JSON. */
export const adoptionSchema = z
  .object({
    as_of: fields.as_of,
    audience: z.enum(['patient', 'clinician']),
    app_product: z.string(),
    interval: z.enum(['day', 'week', 'month']),
    days: z
      .array(z.string().openapi({ format: 'date' }))
      .openapi({ description: 'The last day of each interval; the last one is `to` at most.' }),
    people: counts.openapi({
      description: 'Who had the product at the end of each day: `series`, `other` and `unknown` add up to it.',
    }),
    series: z
      .array(z.object({ app_version: z.string(), people: counts }))
      .openapi({ description: 'The versions with the highest points, newest first.' }),
    other: z
      .object({ versions: z.number().int(), people: counts })
      .openapi({ description: 'The other versions in use on one of the days.' }),
    unknown: counts.openapi({
      description: 'People whose version of that day is unknown: it was changed before revisions were kept.',
    }),
    clock_suspect: z.number().int().openapi({
      description:
        'Of the installations that have the product now, those whose date of first use cannot be: they count from their creation.',
    }),
    complete_since: fields.complete_since,
  })
  .openapi('Adoption');

/** Writes the report of adoption. */
export function writeAdoption(report: Adoption, { audience, app_product, interval }: Parameters): Report {
  const days = report.days.map(formatDay);
  const results = report.series.map(({ appVersion, people }) => ({ app_version: appVersion, people }));
  return {
    results,
    document: (shown) => ({
      as_of: formatInstant(report.asOf),
      audience,
      app_product,
      interval,
      days,
      people: report.people,
      series: results.slice(0, shown),
      other: withHidden(report.other, report.series.slice(shown)),
      unknown: report.unknown,
      clock_suspect: report.clockSuspect,
      complete_since: dayOrNull(report.completeSince),
    }),
    columns: ['day', 'app_version', 'people'],
    rows: (shown) =>
      days.flatMap((each, index) =>
        report.series.slice(0, shown).map(({ appVersion, people }) => [each, appVersion, people[index] ?? 0]),
      ),
  };
}

function withHidden({ versions, people }: Adoption['other'], hidden: readonly AdoptionSeries[]): Adoption['other'] {
  return {
    versions: versions + hidden.length,
    people: people.map((count, index) => hidden.reduce((sum, series) => sum + (series.people[index] ?? 0), count)),
  };
}
