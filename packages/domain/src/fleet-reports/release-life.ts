import type { VersionHistory } from './fleet-report-queries.js';

/** The number of people from each day until the next. */
export interface PeopleByDay {
  /** Days from 1970-01-01, ascending. */
  readonly days: readonly number[];
  readonly people: readonly number[];
}

/** The life of a version, measured at the ends of days. */
export interface ReleaseLife {
  /** The first day on which anyone ran it: days from 1970-01-01, in UTC. */
  readonly firstDay: number;
  /** The last day on which anyone ran it; undefined while anyone does. */
  readonly lastDay: number | undefined;
  /** Now. */
  readonly people: number;
  readonly peakPeople: number;
  /** The earliest day with that many. */
  readonly peakDay: number;
  /** Days from the first day to the one on which at least 10 % of that day's people ran it; undefined if they never did. */
  readonly daysTo10Percent: number | undefined;
  readonly daysTo50Percent: number | undefined;
  readonly daysTo90Percent: number | undefined;
}

/**
 * Returns the life of a version; undefined if no one ran it at the end of any day.
 *
 * @param all the product's people, from each day on which any version changed; the version's own days are among them
 */
export function releaseLife({ days, changes }: VersionHistory, all: PeopleByDay): ReleaseLife | undefined {
  let people = 0;
  let next = 0;
  let firstDay: number | undefined;
  let lastDay: number | undefined;
  let peakPeople = 0;
  let peakDay = 0;
  // A version at 90 % is at 10 % and 50 % too, so it reaches them in this order.
  const reached: number[] = [];
  // Shares change whenever any version does, not only this one.
  for (let index = indexOf(all.days, days[0]); index < all.days.length; index++) {
    if (next === days.length && (people === 0 || reached.length === PERCENTAGES.length)) break;
    const day = all.days[index] ?? 0;
    const before = people;
    if (days[next] === day) people += changes[next++] ?? 0;
    if (people === 0) {
      if (before > 0) lastDay = day - 1;
      continue;
    }
    firstDay ??= day;
    lastDay = undefined;
    if (people > peakPeople) [peakPeople, peakDay] = [people, day];
    while (people * 100 >= (PERCENTAGES[reached.length] ?? NEVER) * (all.people[index] ?? 0)) {
      reached.push(day - firstDay);
    }
  }
  if (firstDay === undefined) return undefined;
  const [daysTo10Percent, daysTo50Percent, daysTo90Percent] = reached;
  return { firstDay, lastDay, people, peakPeople, peakDay, daysTo10Percent, daysTo50Percent, daysTo90Percent };
}

const PERCENTAGES = [10, 50, 90] as const;
const NEVER = Number.POSITIVE_INFINITY;

/** Returns the index of a day in a sorted list that holds it. */
function indexOf(days: readonly number[], day = Number.POSITIVE_INFINITY): number {
  let low = 0;
  for (let high = days.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((days[middle] ?? day) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
