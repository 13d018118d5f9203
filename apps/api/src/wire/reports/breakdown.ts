import { z } from '@hono/zod-openapi';
import { type Breakdown, type Device, formatInstant, type GroupRequest } from '@polaris-telemetry/domain';
import { camelCase } from '../case.js';
import { once, wholeNumber } from '../parameters.js';
import { type PeopleKind, peopleFilter } from '../people-filter.js';
import type { SearchParameter } from '../search-reference.js';
import { aboutPeople, fields, type Report, searchFor, tableOf } from './report.js';

/** The device's display name and the product are not dimensions. */
const NO_DIMENSIONS: ReadonlySet<string> = new Set(['unique_device_code', 'app_product']);
const MOST_DIMENSIONS = 3;

/** The parameters of the breakdown for one kind of people, and the request they describe. */
export function breakdownOf<D extends Device>(kind: PeopleKind) {
  const { parameters, filterOf } = peopleFilter<D>(kind);
  const dimensions = kind.searchable.filter((name) => !NO_DIMENSIONS.has(name));
  const { app_product: _, ...filters } = parameters;
  const strict = z.strictObject({
    ...aboutPeople,
    by: byParameter(dimensions),
    top: once(wholeNumber(1, 1_000), { description: 'The maximum number of groups.', example: 100 }).default(100),
    ...filters,
  });
  const schema = dimensions.reduce(
    (refined, name) =>
      refined.refine(
        (query: Readonly<Record<string, unknown>>) => !(query[name] !== undefined && isOneOf(query['by'], name)),
        {
          path: [name],
          message: 'must not be given where `by` names it',
          when: () => true,
        },
      ),
    strict,
  );

  function requestOf(query: z.output<typeof schema> & Readonly<Record<string, unknown>>): GroupRequest<D> {
    return {
      filter: filterOf({ ...query, app_product: [query.app_product] }),
      by: query.by.map((name) => camelCase(name) as keyof D & string),
      top: query.top,
    };
  }

  /** @param pairs all parameters as sent */
  function write(report: Breakdown, query: z.output<typeof schema>, pairs: readonly SearchParameter[]): Report {
    const chosen = pairs.filter(([name]) => name in filters);
    const results = report.groups.map(({ names, people, share }) => {
      const texts = query.by.map((name, index) => [name, names[index] ?? ''] as const);
      return {
        ...Object.fromEntries(texts),
        people,
        share,
        search: searchFor(query.audience, query.app_product, [...chosen, ...texts]),
      };
    });
    return {
      results,
      document: (shown) => ({
        as_of: formatInstant(report.asOf),
        people: report.people,
        results: results.slice(0, shown),
        other: {
          groups: report.other.groups + results.length - shown,
          people: results.slice(shown).reduce((sum, { people }) => sum + people, report.other.people),
        },
      }),
      ...tableOf(results, [...query.by, 'people', 'share', 'search']),
    };
  }

  return { schema, requestOf, write };
}

/** The value of a parameter with faults may be anything. */
function isOneOf(by: unknown, name: string): boolean {
  return Array.isArray(by) && by.includes(name);
}

function byParameter(dimensions: readonly string[]) {
  const rule = `must be 1 to ${MOST_DIMENSIONS} different names of ${dimensions.join(', ')}, separated by commas`;
  const schema = z.string().transform((raw, context): readonly string[] => {
    const names = raw.split(',');
    const isValid = names.length <= MOST_DIMENSIONS && new Set(names).size === names.length;
    if (isValid && names.every((name) => dimensions.includes(name))) return names;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
  const description = `What the people of a group have in common: ${rule.replace('must be ', '')}.`;
  return once({ schema, type: { type: 'string' } }, { description, example: 'app_version' });
}

/** The report as JSON. */
export const breakdownSchema = z
  .object({
    as_of: fields.as_of,
    people: fields.people,
    results: z
      .array(z.looseObject({ people: fields.people, share: fields.share, search: fields.search }))
      .openapi({ description: 'The groups, each with the texts that `by` names; by people, then by these texts.' }),
    other: z
      .object({ groups: z.number().int(), people: z.number().int() })
      .openapi({ description: 'The groups that are not shown.' }),
  })
  .openapi('Breakdown');
