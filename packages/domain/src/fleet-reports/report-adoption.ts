import { newestFirst } from '../fleet/version-order.js';
import type { Device } from '../installation/installation.js';
import type { Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';
import type { FleetReportQueries, ProductHistory, VersionHistory } from './fleet-report-queries.js';

/** The product, and the days of the report. */
export interface AdoptionRequest {
  readonly appProduct: string;
  /** Ascending, as `adoptionDays` returns them. */
  readonly days: readonly number[];
  /** How many versions have a series of their own. */
  readonly top: number;
}

/** How many people ran a version at the end of each day. */
export interface AdoptionSeries {
  readonly appVersion: Text;
  readonly people: readonly number[];
}

/** How the versions of a product were adopted. On each day the series, `other` and `unknown` add up to `people`. */
export interface Adoption extends Pick<ProductHistory, 'asOf' | 'completeSince' | 'clockSuspect'> {
  readonly asOf: Instant;
  readonly days: readonly number[];
  readonly people: readonly number[];
  /** Those with the highest points, newest version first. */
  readonly series: readonly AdoptionSeries[];
  /** The other versions in use on one of the days. */
  readonly other: { readonly versions: number; readonly people: readonly number[] };
  /** People whose version on that day is unknown. */
  readonly unknown: readonly number[];
}

/**
 * Reports how many people ran each version of a product on given days.
 *
 * The use case throws NotBuiltError or UnavailableError.
 */
export function reportAdoption<D extends Device>(ports: {
  queries: FleetReportQueries<D>;
}): (request: AdoptionRequest) => Promise<Adoption> {
  return async ({ appProduct, days, top }) => {
    const { asOf, completeSince, clockSuspect, versions } = await ports.queries.readHistory({ appProduct, ends: days });
    const rows = versions
      .map((version) => ({ ...version, people: peopleOn(days, version) }))
      .filter(({ people }) => people.some((count) => count > 0));
    const series = topSeries(rows, top);
    const shown = new Set(series.map(({ appVersion }) => appVersion));
    const others = rows.filter(
      ({ kind, appVersion }) => kind === 'other' || (appVersion !== undefined && !shown.has(appVersion)),
    );
    return {
      asOf,
      completeSince,
      clockSuspect,
      days,
      people: sumOf(days, rows),
      series,
      other: { versions: others.length, people: sumOf(days, others) },
      unknown: sumOf(
        days,
        rows.filter(({ kind }) => kind === 'unknown'),
      ),
    };
  };
}

interface Row extends VersionHistory {
  readonly people: readonly number[];
}

function topSeries(rows: readonly Row[], top: number): readonly AdoptionSeries[] {
  const byVersion = new Map<string, AdoptionSeries>();
  for (const { appVersion, people } of rows) {
    if (appVersion !== undefined) byVersion.set(appVersion, { appVersion, people });
  }
  const listed = newestFirst(byVersion.keys()).flatMap((version) => byVersion.get(version) ?? []);
  // The sort is stable: equal versions keep their order.
  const highest = listed
    .map((series) => ({ series, peak: series.people.reduce((most, count) => Math.max(most, count), 0) }))
    .sort((left, right) => right.peak - left.peak)
    .slice(0, top);
  const chosen = new Set(highest.map(({ series }) => series));
  return listed.filter((series) => chosen.has(series));
}

/** @param ends the days to which the changes were moved */
function peopleOn(ends: readonly number[], { days, changes }: VersionHistory): readonly number[] {
  let next = 0;
  let people = 0;
  return ends.map((end) => {
    while (next < days.length && (days[next] ?? end) <= end) people += changes[next++] ?? 0;
    return people;
  });
}

function sumOf(days: readonly number[], rows: readonly Row[]): readonly number[] {
  const sums = days.map(() => 0);
  for (const { people } of rows)
    for (const [index, count] of people.entries()) sums[index] = (sums[index] ?? 0) + count;
  return sums;
}
