import { formatInstantExactly, type Instant, instantFromUtc } from '@polaris-telemetry/domain';

/**
 * Reads what PostgreSQL writes for a `timestamp` or `timestamptz` in ISO form and UTC, `2022-03-04 05:06:07.089123+00`,
 * and what `timestampText` writes. The year has four digits: statements return only representable dates.
 *
 * It reads by position, not by pattern, because it runs three or four times for every record.
 */
export function instantOf(text: string): Instant {
  return instantFromUtc(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
    microsecondOf(text),
  );
}

/** Writes an instant with all six digits, so that both `timestamp` and `timestamptz` accept it. */
export const timestampText: (instant: Instant) => string = formatInstantExactly;

const ZERO = 48;
const FRACTION = 20;

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + (text.charCodeAt(at + 1) - ZERO);
}

/** PostgreSQL omits trailing zeros of a fraction, and the point if nothing is left. */
function microsecondOf(text: string): number {
  if (text[FRACTION - 1] !== '.') return 0;
  let microsecond = 0;
  let unit = 100_000;
  for (let at = FRACTION; unit >= 1; at++, unit /= 10) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    microsecond += digit * unit;
  }
  return microsecond;
}
