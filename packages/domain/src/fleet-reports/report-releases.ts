import { newestFirst, parseVersion } from '../fleet/version-order.js';
import type { Device } from '../installation/installation.js';
import type { Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';
import type { FleetReportQueries, VersionHistory } from './fleet-report-queries.js';
import { type PeopleByDay, type ReleaseLife, releaseLife } from './release-life.js';

/** A version of a product, and its life. */
export interface Release extends ReleaseLife {
  readonly appVersion: Text;
  /** Whether the text has a place in the order of versions. */
  readonly ordered: boolean;
  /** The share of all people who have the product now, from 0 to 1; 0 if there are none. */
  readonly share: number;
}

/** The versions of a product that were in use at the end of a day. */
export interface Releases {
  readonly asOf: Instant;
  readonly completeSince: number | undefined;
  /** How many people have the product now. */
  readonly people: number;
  /** Newest first, 1,000 at most. */
  readonly releases: readonly Release[];
  /** How many are left out; versions too many to be distinguished count as one. */
  readonly omitted: number;
}

const MOST_RELEASES = 1_000;

/**
 * Reports when each version of a product came, how quickly it was adopted, and when it went.
 *
 * The use case throws NotBuiltError or UnavailableError.
 */
export function reportReleases<D extends Device>(ports: {
  queries: FleetReportQueries<D>;
}): (request: { readonly appProduct: string }) => Promise<Releases> {
  return async ({ appProduct }) => {
    const { asOf, completeSince, versions } = await ports.queries.readHistory({ appProduct });
    const all = peopleByDay(versions);
    const people = all.people.at(-1) ?? 0;
    const histories = new Map<string, VersionHistory & { readonly appVersion: Text }>();
    for (const history of versions) {
      const { appVersion } = history;
      if (appVersion !== undefined && isRunAtADaysEnd(history)) histories.set(appVersion, { ...history, appVersion });
    }
    const listed = newestFirst(histories.keys());
    const releases = listed.slice(0, MOST_RELEASES).flatMap((version): Release[] => {
      const history = histories.get(version);
      const life = history && releaseLife(history, all);
      if (history === undefined || life === undefined) return [];
      return [
        {
          appVersion: history.appVersion,
          ordered: parseVersion(version) !== undefined,
          share: people === 0 ? 0 : life.people / people,
          ...life,
        },
      ];
    });
    const others = versions.filter((history) => history.kind === 'other' && isRunAtADaysEnd(history));
    return { asOf, completeSince, people, releases, omitted: listed.length - releases.length + others.length };
  };
}

/** Entries that cancel out are not kept, so the first one is a person who joins. */
function isRunAtADaysEnd({ changes }: VersionHistory): boolean {
  return changes.some((change) => change > 0);
}

/** Adds up all versions: how many people had the product, from each day on which anything changed. */
function peopleByDay(versions: readonly VersionHistory[]): PeopleByDay {
  // Days are ascending: the first and the last of each version suffice.
  const first = versions.reduce(
    (earliest, { days }) => Math.min(earliest, days[0] ?? earliest),
    Number.MAX_SAFE_INTEGER,
  );
  const last = versions.reduce((latest, { days }) => Math.max(latest, days.at(-1) ?? latest), first);
  if (first === Number.MAX_SAFE_INTEGER) return { days: [], people: [] };
  // A slot for each day: among millions of people there are hundreds of thousands of changes, too many for a map.
  const sums = new Int32Array(last - first + 1);
  const isChanged = new Uint8Array(sums.length);
  for (const { days: changed, changes } of versions) {
    for (let index = 0; index < changed.length; index++) {
      const place = (changed[index] ?? first) - first;
      sums[place] = (sums[place] ?? 0) + (changes[index] ?? 0);
      isChanged[place] = 1;
    }
  }
  const [days, people]: [number[], number[]] = [[], []];
  let sum = 0;
  for (let place = isChanged.indexOf(1); place !== -1; place = isChanged.indexOf(1, place + 1)) {
    sum += sums[place] ?? 0;
    days.push(first + place);
    people.push(sum);
  }
  return { days, people };
}
