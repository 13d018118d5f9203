import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../values/fault.js';
import { parseRetryKey } from './retry.js';

const codeOf = (value: unknown) => (value instanceof Fault ? value.code : value);

describe('parseRetryKey', () => {
  it('gives every text of 1 to 255 printable ASCII characters as it is', () => {
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
