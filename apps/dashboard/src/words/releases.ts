import type { Releases } from '@polaris-telemetry/client';
import { dayInWords, daysBetween } from './dates.js';
import { type Audience, counted, PEOPLE, percent } from './numbers.js';
import { visibleText } from './visible-text.js';

export type Release = Releases['results'][number];

const DAYS = ['day', 'days'] as const;

/**
 * Returns the newest release that has reached a tenth of the people: newer ones are only beginning. If none has, the
 * newest; undefined if there is none.
 */
export function currentRelease(results: Releases['results']): Release | undefined {
  const ordered = results.filter((release) => release.ordered);
  return ordered.find(({ days_to_10_percent }) => days_to_10_percent !== null) ?? ordered[0] ?? results[0];
}

/** Says how fast the current release spread, and how far a newer one is: `4.2.0 reached half of the patients in 12 days.` */
export function releasesFinding({ results, as_of }: Releases, audience: Audience): string {
  const current = currentRelease(results);
  const newest = results[0];
  if (current === undefined || newest === undefined) {
    return `No ${PEOPLE[audience][0]} has had it at the end of a day yet.`;
  }
  const finding = releaseFinding(current, as_of, audience);
  if (newest === current || !newest.ordered) return finding;
  return `${finding} The newest, ${visibleText(newest.app_version)}, has ${percent(newest.share)} after ${ageOf(newest, as_of)}.`;
}

/**
 * Says what became of a release.
 *
 * @param asOf `as_of` of the report
 */
export function releaseFinding(release: Release, asOf: string, audience: Audience): string {
  const [one, many] = PEOPLE[audience];
  const name = visibleText(release.app_version);
  const { days_to_50_percent: half, days_to_90_percent: most, last_day } = release;
  if (half !== null) {
    const beyond = most === null ? '' : ` and nine of ten ${within(most)}`;
    return `${name} reached half of the ${many} ${within(half)}${beyond}.`;
  }
  if (last_day !== null) {
    return `${name} never reached half of the ${many}; the last ${one} left it after ${dayInWords(last_day)}.`;
  }
  return `${percent(release.share)} of the ${many} run ${name}, ${ageOf(release, asOf)} after its first; it has not reached half of them.`;
}

function ageOf({ first_day }: Release, asOf: string): string {
  return counted(daysBetween(first_day, asOf.slice(0, 10)), DAYS);
}

function within(days: number): string {
  return days === 0 ? 'on its first day' : `in ${counted(days, DAYS)}`;
}
