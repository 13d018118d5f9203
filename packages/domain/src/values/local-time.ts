import { dateFromDays, SECONDS_A_DAY } from './calendar.js';

/** `2022-03-04T05:06:07` of a count of seconds since 1970-01-01T00:00:00 in whatever zone the count was made. */
export function formatLocalSeconds(localSeconds: number): string {
  const days = Math.floor(localSeconds / SECONDS_A_DAY);
  const rest = localSeconds - days * SECONDS_A_DAY;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor((rest - hour * 3600) / 60);
  return `${formatDay(days)}T${pad2(hour)}:${pad2(minute)}:${pad2(rest % 60)}`;
}

// Audit times are nearly always of today, so the last day written is kept: the calendar is most of a timestamp's cost.
let lastDays = Number.NaN;
let lastDay = '';

function formatDay(days: number): string {
  if (days !== lastDays) {
    const { year, month, day } = dateFromDays(days);
    lastDay = `${String(year).padStart(4, '0')}-${pad2(month)}-${pad2(day)}`;
    lastDays = days;
  }
  return lastDay;
}

/** A number below 100 in two digits. */
export function pad2(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** A number below 1000 in three digits. */
export function pad3(value: number): string {
  return value < 100 ? `0${pad2(value)}` : `${value}`;
}
