import type { Device } from '../installation/installation.js';
import type { CountedGroups, FleetReportQueries, GroupRequest, PeopleGroup } from './fleet-report-queries.js';

/** People by what they run. The groups and `other` add up to `people`. */
export interface Breakdown extends Pick<CountedGroups, 'asOf' | 'people'> {
  /** By people descending, then names by code point. */
  readonly groups: readonly (PeopleGroup & { readonly share: number })[];
  /** The groups that are not shown. */
  readonly other: { readonly groups: number; readonly people: number };
}

/**
 * Reports people by what they run now.
 *
 * The use case throws NotBuiltError or UnavailableError.
 */
export function reportBreakdown<D extends Device>(ports: {
  queries: FleetReportQueries<D>;
}): (request: GroupRequest<D>) => Promise<Breakdown> {
  return async (request) => {
    const { asOf, people, groups, first } = await ports.queries.countGroups(request);
    const shown = first.reduce((sum, group) => sum + group.people, 0);
    return {
      asOf,
      people,
      groups: first.map((group) => ({ ...group, share: group.people / people })),
      other: { groups: groups - first.length, people: people - shown },
    };
  };
}
