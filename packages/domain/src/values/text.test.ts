import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aText } from '../../test/arbitraries.js';
import { Fault } from './fault.js';
import { compareText, parseText, textOfLength } from './text.js';

const codeOf = (value: unknown) => (value instanceof Fault ? value.code : value);

/** Any string of UTF-16 units; those near the surrogates and NUL come up more often. */
const anyString = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0, 0x41, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff),
    ),
    { maxLength: 12 },
  )
  .map((units) => String.fromCharCode(...units));

describe('parseText', () => {
  it('returns every text that UTF-8 storage can hold exactly as it came, and a fault for the others', () => {
    fc.assert(
      fc.property(anyString, (raw) => {
        const survivesUtf8 = Buffer.from(raw, 'utf8').toString('utf8') === raw;
        const expected = raw.includes('\0') ? 'text_nul' : survivesUtf8 ? raw : 'text_lone_surrogate';
        expect(codeOf(parseText(raw))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', ''],
    [' \t\r\n ', ' \t\r\n '],
    ['\ufeff', '\ufeff'],
    ['\u0001', '\u0001'],
    ['e\u0301', 'e\u0301'],
    ['💉', '💉'],
    ['x'.repeat(1_000_000), 'x'.repeat(1_000_000)],
    ['\0', 'text_nul'],
    ['a\0b', 'text_nul'],
    ['\ud800', 'text_lone_surrogate'],
    ['\udc00\ud800', 'text_lone_surrogate'],
    ['a\udfff', 'text_lone_surrogate'],
    [undefined, 'text_type'],
    [null, 'text_type'],
    [5, 'text_type'],
    [true, 'text_type'],
    [['a'], 'text_type'],
    [{}, 'text_type'],
    [new String('a'), 'text_type'],
  ])('of %j', (raw, expected) => {
    expect(codeOf(parseText(raw))).toBe(expected);
  });
});

describe('textOfLength', () => {
  it('counts Unicode code points, as PostgreSQL does', () => {
    fc.assert(
      fc.property(aText(8), fc.constantFrom(0, 1), fc.integer({ min: 1, max: 6 }), (text, minimum, maximum) => {
        const { length } = Array.from(text);
        const accepted = length >= minimum && length <= maximum;
        expect(codeOf(textOfLength(minimum, maximum)(text))).toBe(accepted ? text : 'text_length');
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [0, 36, 'must be at most 36 characters'],
    [1, 36, 'must be 1 to 36 characters'],
    [1, Number.POSITIVE_INFINITY, 'must be at least 1 character'],
  ] as const)('of %i to %d says: it %s', (minimum, maximum, rule) => {
    const wrong = textOfLength(minimum, maximum)(minimum === 0 ? 'x'.repeat(37) : '');
    expect(wrong).toMatchObject({ code: 'text_length', rule });
  });

  it.each([
    [undefined, 'text_type'],
    ['\0\0\0', 'text_nul'],
    ['aa\ud800', 'text_lone_surrogate'],
  ])('refuses %j for what it is before its length', (raw, code) => {
    expect(codeOf(textOfLength(1, 2)(raw))).toBe(code);
  });
});

describe('compareText', () => {
  it('orders as the UTF-8 bytes are ordered', () => {
    fc.assert(
      fc.property(aText(5), aText(5), aText(5), (start, left, right) => {
        const [one, other] = [start + left, start + right];
        expect(Math.sign(compareText(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['a', 'a', 0],
    ['', '', 0],
    ['', 'a', -1],
    ['a', 'ab', -1],
    ['B', 'a', -1],
    ['10', '9', -1],
    ['\uffff', '\u{10000}', -1],
    ['\ue000', '\u{10000}', -1],
    ['\ud7ff', '\u{10000}', -1],
    ['\u{10000}', '\u{10001}', -1],
    ['\u{10000}', '\u{10400}', -1],
    ['é', 'e\u0301', 1],
  ])('of %j and %j', (left, right, expected) => {
    expect(Math.sign(compareText(left, right))).toBe(expected);
    expect(Math.sign(compareText(right, left))).toBe(0 - expected);
  });
});
