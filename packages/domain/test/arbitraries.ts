import fc from 'fast-check';
import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT } from '../src/index.js';

const borders = [EARLIEST_INSTANT.epochSeconds, LATEST_INSTANT.epochSeconds, 0, -1, 1_709_164_799].flatMap((second) =>
  [-86_400, -3600, -1, 0, 1, 3600, 86_400].map((shift) => second + shift),
);

/** Any instant of the years 1 to 9999, those near a border of years, of the epoch or of a leap day more often. */
export const anInstant: fc.Arbitrary<Instant> = fc.record({
  epochSeconds: fc
    .oneof(
      { weight: 4, arbitrary: fc.integer({ min: EARLIEST_INSTANT.epochSeconds, max: LATEST_INSTANT.epochSeconds }) },
      { weight: 1, arbitrary: fc.constantFrom(...borders) },
    )
    .filter((second) => second >= EARLIEST_INSTANT.epochSeconds && second <= LATEST_INSTANT.epochSeconds),
  microsecond: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 999_999 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 500_000) },
  ),
});

/** Any Unicode character but NUL, those near the borders of UTF-16 and UTF-8 more often. (fast-check's own takes seconds to set up.) */
export const aCharacter: fc.Arbitrary<string> = fc
  .oneof(
    fc.integer({ min: 1, max: 0x10ffff }),
    fc.constantFrom(1, 0x61, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x10ffff),
  )
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

/** Any text of such characters. */
export function aText(maxLength: number): fc.Arbitrary<string> {
  return fc.array(aCharacter, { maxLength, size: 'max' }).map((characters) => characters.join(''));
}
