let second = Number.NaN;
let upToSecond = '';

/**
 * The time as ISO 8601 in UTC with milliseconds. Formatting a date costs 2 us; lines of the same second share all but
 * the last digits.
 */
export function isoTime(now = Date.now()): string {
  const thisSecond = Math.floor(now / 1000);
  if (thisSecond !== second) {
    second = thisSecond;
    upToSecond = new Date(thisSecond * 1000).toISOString().slice(0, -4);
  }
  return `${upToSecond}${String(now - thisSecond * 1000).padStart(3, '0')}Z`;
}
