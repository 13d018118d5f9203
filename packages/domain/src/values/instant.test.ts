import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anInstant } from '../../test/arbitraries.js';
import {
  compareInstants,
  EARLIEST_INSTANT,
  formatInstant,
  formatInstantExactly,
  type Instant,
  instantFromEpochMilliseconds,
  instantFromUtc,
  isRepresentable,
  LATEST_INSTANT,
} from './instant.js';

const microseconds = ({ epochSeconds, microsecond }: Instant) =>
  BigInt(epochSeconds) * 1_000_000n + BigInt(microsecond);

describe('an instant', () => {
  it('lies between the earliest and the latest that four digits of year can write', () => {
    expect(formatInstantExactly(EARLIEST_INSTANT)).toBe('0001-01-01T00:00:00.000000Z');
    expect(formatInstantExactly(LATEST_INSTANT)).toBe('9999-12-31T23:59:59.999999Z');
    expect(isRepresentable(EARLIEST_INSTANT.epochSeconds)).toBe(true);
    expect(isRepresentable(EARLIEST_INSTANT.epochSeconds - 1)).toBe(false);
    expect(isRepresentable(LATEST_INSTANT.epochSeconds)).toBe(true);
    expect(isRepresentable(LATEST_INSTANT.epochSeconds + 1)).toBe(false);
  });

  it('is printed with milliseconds truncated, also before 1970', () => {
    expect(formatInstant({ epochSeconds: -1, microsecond: 999_999 })).toBe('1969-12-31T23:59:59.999Z');
    expect(formatInstant({ epochSeconds: 0, microsecond: 999 })).toBe('1970-01-01T00:00:00.000Z');
    expect(formatInstantExactly({ epochSeconds: 0, microsecond: 42 })).toBe('1970-01-01T00:00:00.000042Z');
  });

  it('is ordered as its count of microseconds is', () => {
    const near = fc.tuple(anInstant, fc.integer({ min: -1, max: 1 }), fc.integer({ min: 0, max: 999_999 }));
    fc.assert(
      fc.property(near, ([left, seconds, microsecond]) => {
        const right = { epochSeconds: left.epochSeconds + seconds, microsecond };
        const difference = microseconds(left) - microseconds(right);
        expect(Math.sign(compareInstants(left, right))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
        expect(compareInstants(left, left)).toBe(0);
      }),
    );
  });

  it('is made of the fields of a date and time in UTC (oracle: Date)', () => {
    fc.assert(
      fc.property(anInstant, ({ epochSeconds, microsecond }) => {
        const date = new Date(epochSeconds * 1000);
        const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
        const made = instantFromUtc(year, month, day, hour, minute, second, microsecond);
        expect(made).toEqual({ epochSeconds, microsecond });
      }),
    );
  });
});

describe('instantFromEpochMilliseconds', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 1000],
    [999.9999, 0, 999_999],
    [1000, 1, 0],
    [1.5, 0, 1500],
    [1.0009, 0, 1000],
    [0.9985, 0, 998],
    [1000.9985, 1, 998],
    [-1, -1, 999_000],
    [-1000, -1, 0],
    [-0.001, -1, 999_999],
    // So small that adding a second rounds it away: it must not become microsecond 1,000,000.
    [-1e-20, -1, 999_999],
    [1_646_370_367_089, 1_646_370_367, 89_000],
  ])('of %d ms is second %i, microsecond %i', (milliseconds, epochSeconds, microsecond) => {
    expect(instantFromEpochMilliseconds(milliseconds)).toEqual({ epochSeconds, microsecond });
  });

  it('of whole milliseconds is what Date prints', () => {
    const range = { min: EARLIEST_INSTANT.epochSeconds * 1000, max: LATEST_INSTANT.epochSeconds * 1000 + 999 };
    fc.assert(
      fc.property(fc.integer(range), (milliseconds) => {
        expect(formatInstant(instantFromEpochMilliseconds(milliseconds))).toBe(new Date(milliseconds).toISOString());
      }),
    );
  });

  it('of any milliseconds has a microsecond from 0 to 999,999', () => {
    fc.assert(
      fc.property(fc.double({ min: -62e12, max: 253e12, noNaN: true }), (milliseconds) => {
        const { epochSeconds, microsecond } = instantFromEpochMilliseconds(milliseconds);
        expect(Number.isInteger(epochSeconds) && Number.isInteger(microsecond)).toBe(true);
        expect(microsecond).toBeGreaterThanOrEqual(0);
        expect(microsecond).toBeLessThanOrEqual(999_999);
      }),
    );
  });
});
