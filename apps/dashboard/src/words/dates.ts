import { NO_BREAK } from './numbers.js';

const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

const MILLISECONDS_OF_DAY = 24 * 60 * 60 * 1000;

/** Returns a day of the API (`2026-01-31`) as people write it, on one line: `31 Jan 2026`. */
export function dayInWords(text: string): string {
  return day.format(Date.parse(text)).replaceAll(' ', NO_BREAK);
}

/** Returns how many days lie between two days of the API. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MILLISECONDS_OF_DAY);
}

/** Returns the day a number of days after another one, in the API's format. */
export function dayAfter(from: string, days: number): string {
  return new Date(Date.parse(from) + days * MILLISECONDS_OF_DAY).toISOString().slice(0, 10);
}
