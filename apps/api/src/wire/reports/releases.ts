import { z } from '@hono/zod-openapi';
import { formatDay, formatInstant, type Releases } from '@polaris-telemetry/domain';
import { aboutPeople, dayOrNull, fields, type Report, searchFor, tableOf } from './report.js';

/** The parameters of the report of releases. */
export const releasesParameters = z.strictObject(aboutPeople);

const day = z.string().openapi({ format: 'date' });
const daysTo = (percent: number) =>
  z
    .number()
    .int()
    .nullable()
    .openapi({
      description: `Days from \`first_day\` to the first on which at least ${percent} % of that day’s people ran it; null if they never did.`,
    });

/** The report as JSON. */
export const releasesSchema = z
  .object({
    as_of: fields.as_of,
    people: fields.people,
    complete_since: fields.complete_since,
    results: z.array(
      z.object({
        app_version: z.string(),
        ordered: z.boolean().openapi({ description: 'Whether the text has a place in the order of versions.' }),
        first_day: day.openapi({ description: 'The first day (UTC) at whose end anyone ran it.' }),
        last_day: day.nullable().openapi({ description: 'The last such day; null while anyone does.' }),
        people: fields.people,
        share: fields.share,
        peak_people: z.number().int(),
        peak_day: day.openapi({ description: 'The earliest day with that many.' }),
        days_to_10_percent: daysTo(10),
        days_to_50_percent: daysTo(50),
        days_to_90_percent: daysTo(90),
        search: fields.search,
      }),
    ),
    more: fields.more,
  })
  .openapi('Releases');

const COLUMNS = Object.keys(releasesSchema.shape.results.element.shape);

/** Writes the report of releases. */
export function writeReleases(report: Releases, parameters: z.output<typeof releasesParameters>): Report {
  const results = report.releases.map((release) => ({
    app_version: release.appVersion,
    ordered: release.ordered,
    first_day: formatDay(release.firstDay),
    last_day: dayOrNull(release.lastDay),
    people: release.people,
    share: release.share,
    peak_people: release.peakPeople,
    peak_day: formatDay(release.peakDay),
    days_to_10_percent: release.daysTo10Percent ?? null,
    days_to_50_percent: release.daysTo50Percent ?? null,
    days_to_90_percent: release.daysTo90Percent ?? null,
    search: searchFor(parameters.audience, parameters.app_product, [['app_version', release.appVersion]]),
  }));
  return {
    results,
    document: (shown) => {
      const more = report.omitted + results.length - shown;
      return {
        as_of: formatInstant(report.asOf),
        people: report.people,
        complete_since: dayOrNull(report.completeSince),
        results: results.slice(0, shown),
        ...(more > 0 && { more }),
      };
    },
    ...tableOf(results, COLUMNS),
  };
}
