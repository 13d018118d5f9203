import { dayOf } from '../fleet/timeline.js';
import { compareVersions, type OrderedVersion, oldestFirst, parseVersion } from '../fleet/version-order.js';
import type { Device } from '../installation/installation.js';
import { type Instant, LATEST_INSTANT } from '../values/instant.js';
import type { Text } from '../values/text.js';
import type { FleetReportQueries, VersionHistory } from './fleet-report-queries.js';

/** Which people to report: those whose version of a product is below one. */
export interface OutdatedRequest {
  readonly appProduct: string;
  readonly below: OrderedVersion;
}

/** Who runs a version below the given one. */
export interface Outdated {
  readonly asOf: Instant;
  /** How many people have the product. */
  readonly people: number;
  readonly peopleBelow: number;
  /** The share of `people`, from 0 to 1; 0 if there are none. */
  readonly share: number;
  /** People whose version has no place in the order, and so is not below. */
  readonly unordered: number;
  /** The versions below, oldest first. */
  readonly versions: readonly { readonly appVersion: Text; readonly people: number }[];
}

/**
 * Reports who runs an old version of a product now.
 *
 * The use case throws NotBuiltError or UnavailableError.
 */
export function reportOutdated<D extends Device>(ports: {
  queries: FleetReportQueries<D>;
}): (request: OutdatedRequest) => Promise<Outdated> {
  return async ({ appProduct, below }) => {
    const { asOf, versions } = await ports.queries.readHistory({ appProduct, ends: [dayOf(LATEST_INSTANT)] });
    const now = versions.map((version) => ({ ...version, people: sumOf(version) }));
    const total = (some: readonly { readonly people: number }[]) => some.reduce((sum, { people }) => sum + people, 0);
    const older = new Map<string, { readonly appVersion: Text; readonly people: number }>();
    const unordered = [];
    for (const { appVersion, people } of now) {
      if (appVersion === undefined || people === 0) continue;
      const version = parseVersion(appVersion);
      if (version === undefined) unordered.push({ people });
      else if (compareVersions(version, below) < 0) older.set(appVersion, { appVersion, people });
    }
    const people = total(now);
    const peopleBelow = total([...older.values()]);
    return {
      asOf,
      people,
      peopleBelow,
      share: people === 0 ? 0 : peopleBelow / people,
      unordered: total(unordered),
      versions: oldestFirst(older.keys()).flatMap((version) => older.get(version) ?? []),
    };
  };
}

function sumOf({ changes }: VersionHistory): number {
  return changes.reduce((sum, change) => sum + change, 0);
}
