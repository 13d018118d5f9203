import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBloodGlucoseValue } from './blood-glucose-value.js';

describe('parseBloodGlucoseValue', () => {
  it('returns every finite number as it is, and -0 as 0', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (raw) => {
        // toBe distinguishes -0 from 0.
        expect(parseBloodGlucoseValue(raw)).toBe(Object.is(raw, -0) ? 0 : raw);
      }),
      { numRuns: 1000 },
    );
    expect(parseBloodGlucoseValue(-0)).toBe(0);
  });

  it.each([Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -5.5, 2 ** 53 + 2])('returns %d', (raw) => {
    expect(parseBloodGlucoseValue(raw)).toBe(raw);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, JSON.parse('1e999')])(
    'refuses %d, which is not finite',
    (raw) => {
      expect(parseBloodGlucoseValue(raw)).toMatchObject({ code: 'number_range' });
    },
  );

  it.each([undefined, null, '5.6', '', true, 5n, [5.6], {}, new Number(5.6)])(
    'refuses %o, which is no number',
    (raw) => {
      expect(parseBloodGlucoseValue(raw)).toMatchObject({ code: 'number_type' });
    },
  );
});
