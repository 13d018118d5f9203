import { dateFromDays, daysFromDate } from '../values/calendar.js';
import { Fault } from '../values/fault.js';

/** The length of time that a point of an adoption report covers. */
export type AdoptionInterval = 'day' | 'week' | 'month';

/** The period of an adoption report. */
export interface AdoptionPeriod {
  /** Inclusive; 89 days before `to` when absent. Days from 1970-01-01, in UTC. */
  readonly from?: number | undefined;
  /** Inclusive; today when absent. */
  readonly to?: number | undefined;
  readonly interval: AdoptionInterval;
}

/** The maximum number of points: more would be unreadable. */
const MOST_POINTS = 1_000;
const DEFAULT_LENGTH = 90;
const FIRST_DAY = daysFromDate(1, 1, 1);

const IN_FUTURE = new Fault('to_in_future', 'must not be after today (UTC)');
const REVERSED = new Fault('from_after_to', 'must not be after `to`');
const TOO_MANY = new Fault('too_many_points', `must be later, or the interval longer: ${MOST_POINTS} points at most`);

/**
 * Returns the days whose figures a report shows: the last day of each interval, where the last interval ends with the
 * period. Weeks end on Sunday.
 *
 * @returns the days, ascending, or the fault `to_in_future` (of `to`), `from_after_to` or `too_many_points` (of `from`)
 */
export function adoptionDays({ from, to, interval }: AdoptionPeriod, today: number): readonly number[] | Fault {
  const last = to ?? today;
  if (last > today) return IN_FUTURE;
  const first = from ?? Math.max(last - DEFAULT_LENGTH + 1, FIRST_DAY);
  if (first > last) return REVERSED;
  const days: number[] = [];
  for (let day = first; day <= last; ) {
    const end = Math.min(endOfInterval(day, interval), last);
    days.push(end);
    if (days.length > MOST_POINTS) return TOO_MANY;
    day = end + 1;
  }
  return days;
}

function endOfInterval(day: number, interval: AdoptionInterval): number {
  if (interval === 'day') return day;
  if (interval === 'week') return day + daysUntilSunday(day);
  const { year, month } = dateFromDays(day);
  return (month === 12 ? daysFromDate(year + 1, 1, 1) : daysFromDate(year, month + 1, 1)) - 1;
}

/** 1970-01-01 was a Thursday. */
function daysUntilSunday(day: number): number {
  return (((3 - day) % 7) + 7) % 7;
}
