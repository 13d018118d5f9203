import { z } from '@hono/zod-openapi';
import { formatInstant, type Outdated } from '@polaris-telemetry/domain';
import { once, version } from '../parameters.js';
import { aboutPeople, fields, type Report, searchFor, tableOf } from './report.js';

/** The parameters of the report of outdated versions. */
export const outdatedParameters = z.strictObject({
  ...aboutPeople,
  below: once(version, { description: 'People whose version is below this one.', example: '4.2' }),
});

/** The report as JSON. */
export const outdatedSchema = z
  .object({
    as_of: fields.as_of,
    people: fields.people,
    people_below: z.number().int().openapi({ description: 'How many of them run a version below.' }),
    share: fields.share,
    unordered: z.number().int().openapi({
      description: 'How many run a version that has no place in the order: they are not counted as below.',
    }),
    search: fields.search,
    results: z.array(z.object({ app_version: z.string(), people: fields.people, search: fields.search })),
    more: fields.more,
  })
  .openapi('Outdated');

/**
 * Writes the report of outdated versions.
 *
 * @param below the version as it was sent
 */
export function writeOutdated(
  report: Outdated,
  { audience, app_product }: z.output<typeof outdatedParameters>,
  below: string,
): Report {
  const results = report.versions.map(({ appVersion, people }) => ({
    app_version: appVersion,
    people,
    search: searchFor(audience, app_product, [['app_version', appVersion]]),
  }));
  return {
    results,
    document: (shown) => ({
      as_of: formatInstant(report.asOf),
      people: report.people,
      people_below: report.peopleBelow,
      share: report.share,
      unordered: report.unordered,
      search: searchFor(audience, app_product, [['app_version_below', below]]),
      results: results.slice(0, shown),
      ...(shown < results.length && { more: results.length - shown }),
    }),
    ...tableOf(results, ['app_version', 'people', 'search']),
  };
}
