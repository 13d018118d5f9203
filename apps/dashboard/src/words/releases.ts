import type { Releases } from '@polaris-telemetry/client';
import { dayInWords, daysBetween } from './dates.js';
import { type Audience, counted, PEOPLE, percent } from './numbers.js';
import { visibleText } from './visible-text.js';

export type Release = Releases['results'][number];

const DAYS = ['day', 'days'] as const;

/** Says how fast the newest release spread: `4.2.0 reached half of the patients in 12 days.` */
export function releasesFinding({ results, as_of }: Releases, audience: Audience): string {
  const newest = results.find(({ ordered }) => ordered) ?? results[0];
  return newest === undefined
    ? `No ${PEOPLE[audience][0]} has had it at the end of a day yet.`
    : releaseFinding(newest, as_of, audience);
}

/**
 * Says what became of a release.
 *
 * @param asOf the moment of the figures, as the API gives it
 */
export function releaseFinding(release: Release, asOf: string, audience: Audience): string {
  const [one, many] = PEOPLE[audience];
  const name = visibleText(release.app_version);
  const { days_to_50_percent: half, days_to_90_percent: most, first_day, last_day } = release;
  if (half !== null) {
    const beyond = most === null ? '' : ` and nine of ten ${within(most)}`;
    return `${name} reached half of the ${many} ${within(half)}${beyond}.`;
  }
  if (last_day !== null) {
    return `${name} never reached half of the ${many}; the last ${one} left it after ${dayInWords(last_day)}.`;
  }
  const age = daysBetween(first_day, asOf.slice(0, 10));
  return `${percent(release.share)} of the ${many} run ${name}, ${counted(age, DAYS)} after its first; it has not reached half of them.`;
}

function within(days: number): string {
  return days === 0 ? 'on its first day' : `in ${counted(days, DAYS)}`;
}
