import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anInstant } from '../../test/arbitraries.js';
import { Fault } from '../values/fault.js';
import { isRetryKeyRemembered, parseRetryKey, RETRY_WINDOW_SECONDS } from './retry.js';

const codeOf = (value: unknown) => (value instanceof Fault ? value.code : value);

describe('parseRetryKey', () => {
  it('returns every text of 1 to 255 printable ASCII characters as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300, size: 'max' }), (raw) => {
        const printable = [...raw].every((character) => character >= ' ' && character <= '~');
        const accepted = raw.length >= 1 && raw.length <= 255 && printable;
        expect(codeOf(parseRetryKey(raw))).toBe(accepted ? raw : 'retry_key');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255, size: 'max' }), (raw) => {
        expect(parseRetryKey(raw)).toBe(raw);
      }),
    );
  });

  it.each(['', 'x'.repeat(256), 'a\n', '\ta', 'a\u007f', 'é', '💉', '\0', undefined, null, 7, ['k']])(
    'refuses %j',
    (raw) => {
      expect(codeOf(parseRetryKey(raw))).toBe('retry_key');
    },
  );
});

describe('isRetryKeyRemembered', () => {
  it('ends at 24 hours to the microsecond', () => {
    const first = { epochSeconds: 1000, microsecond: 500 };
    expect(isRetryKeyRemembered(first, { epochSeconds: 1000 + 86_400, microsecond: 499 })).toBe(true);
    expect(isRetryKeyRemembered(first, { epochSeconds: 1000 + 86_400, microsecond: 500 })).toBe(false);
  });

  it('is so for less than 24 hours, to the microsecond, and if the clock was set back', () => {
    const nearWindow = fc.integer({ min: RETRY_WINDOW_SECONDS - 2, max: RETRY_WINDOW_SECONDS + 2 });
    const apart = fc.oneof(nearWindow, fc.integer({ min: -1_000_000, max: 1_000_000 }));
    fc.assert(
      fc.property(anInstant, apart, fc.integer({ min: 0, max: 999_999 }), (first, seconds, microsecond) => {
        const created = { epochSeconds: first.epochSeconds + seconds, microsecond };
        const microseconds = seconds * 1_000_000 + microsecond - first.microsecond;
        expect(isRetryKeyRemembered(first, created)).toBe(microseconds < RETRY_WINDOW_SECONDS * 1_000_000);
      }),
    );
  });
});
