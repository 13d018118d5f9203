import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { compareText } from '../values/text.js';
import {
  compareVersions,
  isWithin,
  newestFirst,
  type OrderedVersion,
  oldestFirst,
  parseVersion,
} from './version-order.js';

function version(text: string): OrderedVersion {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is not ordered`);
  return parsed;
}

const compare = (left: string, right: string) => Math.sign(compareVersions(version(left), version(right)));

describe('the order of versions', () => {
  it.each([
    ['4.2', '4.2.0'],
    ['v4.2', 'V4.2.0.0'],
    ['4', '4.0.0'],
    ['0', '0.0'],
    ['007.010', '7.10'],
    ['1.0-rc.01', '1.0-rc.1'],
    ['1.0+build.5', '1.0'],
    ['1.0+', '1.0+anything at all\n-x'],
    ['1-0', '1.0-00'],
  ])('%s equals %s', (left, right) => expect(compare(left, right)).toBe(0));

  it.each([
    ['4.9', '4.10'],
    ['4.2.0-beta', '4.2'],
    ['4.1.99.99', '4.2-alpha'],
    ['1.0-1', '1.0-a'],
    ['1.0-9', '1.0-10'],
    ['1.0-a', '1.0-a.0'],
    ['1.0-A', '1.0-a'],
    ['1.0--', '1.0-0-'],
    ['99999999999999999998', '99999999999999999999'],
    ['1.0.0.0.0.0.0.1', '1.0.0.0.0.0.1'],
  ])('%s is below %s', (left, right) => {
    expect(compare(left, right)).toBe(-1);
    expect(compare(right, left)).toBe(1);
  });

  it.each([
    '',
    'v',
    'vv1',
    '1.',
    '.1',
    '1..2',
    '1.x',
    '1.0-',
    '1.0-a..b',
    '1.0-a.',
    '1.0-ä',
    ' 1',
    '1 ',
    '1\n',
    '1_0',
    '٣',
    'v 1',
    '-1',
    '+1',
  ])('has no place for %j', (text) => expect(parseVersion(text)).toBeUndefined());

  it.each([
    ['groups', `1${'.0'.repeat(500_000)}.1`],
    ['digits', '9'.repeat(1_000_000)],
    ['identifiers', `1-a${'.0'.repeat(500_000)}`],
    ['zeros', `${'0'.repeat(1_000_000)}1`],
  ])('reads a megabyte of %s', (_, text) => expect(compare(text, text)).toBe(0));

  it('has no place for a megabyte that almost is a version, and says so at once', () => {
    expect(parseVersion(`1${'.0'.repeat(500_000)}!`)).toBeUndefined();
    expect(parseVersion(`1-${'a-'.repeat(500_000)}!`)).toBeUndefined();
  });

  const number = fc.integer({ min: 0, max: 12 }).map(String);
  const identifier = fc.oneof(number, fc.constantFrom('a', 'B', 'rc', 'a1', '-', '1a', '0-'));
  const preRelease = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => `-${parts.join('.')}`);
  const strict = fc
    .tuple(number, number, number, fc.option(preRelease, { nil: '' }), fc.constantFrom('', '+b.1'))
    .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`);

  it('is that of Semantic Versioning where both are such versions', () => {
    fc.assert(
      fc.property(strict, strict, (left, right) => {
        expect(compare(left, right)).toBe(semver.compare(left, right));
      }),
      { numRuns: 1000 },
    );
  });

  const wider = fc
    .tuple(
      fc.constantFrom('', 'v', 'V', '0'),
      fc.array(number, { minLength: 1, maxLength: 4 }),
      fc.option(preRelease, { nil: '' }),
    )
    .map(([prefix, groups, pre]) => `${prefix}${groups.join('.')}${pre}`);
  const anyText = fc.oneof(
    { weight: 4, arbitrary: wider },
    fc.constantFrom('', 'dev', 'Z', 'é', '\u{10000}', '\uffff', '1.x'),
  );

  it('is an order: of three versions, however spelt', () => {
    fc.assert(
      fc.property(wider, wider, wider, (a, b, c) => {
        expect(compare(a, b) + compare(b, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('lists each text once, whatever the order it came in: newest first is oldest first reversed, but for the unordered', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { maxLength: 12 }), (texts) => {
        const oldest = oldestFirst(texts);
        expect(oldestFirst(texts.toReversed())).toEqual(oldest);
        expect(oldest.toSorted()).toEqual(texts.toSorted());
        const ordered = oldest.filter((text) => parseVersion(text) !== undefined);
        const unordered = texts.filter((text) => parseVersion(text) === undefined).sort(compareText);
        expect(oldest).toEqual([...ordered, ...unordered]);
        expect(newestFirst(texts)).toEqual([...ordered.toReversed(), ...unordered]);
      }),
    );
  });

  it('lists equal versions of different spelling by bytes', () => {
    expect(oldestFirst(['v4.2', '4.2.0', '4.1', '4.2', 'dev', ''])).toEqual(['4.1', '4.2', '4.2.0', 'v4.2', '', 'dev']);
    expect(newestFirst(['v4.2', '4.2.0', '4.1', '4.2', 'dev', ''])).toEqual(['v4.2', '4.2.0', '4.2', '4.1', '', 'dev']);
  });
});

describe('a range of versions', () => {
  const [from, below] = [version('4.2'), version('5')];
  it.each([
    ['4.2.0', true],
    ['4.10', true],
    ['4.2-beta', false],
    ['5.0-rc', true],
    ['5.0.0', false],
    ['dev', false],
  ])('from 4.2 below 5: %s is in it: %j', (text, within) =>
    expect(isWithin(parseVersion(text), { from, below })).toBe(within),
  );

  it('without bounds holds every text', () => expect(isWithin(parseVersion('dev'), {})).toBe(true));
  it('with one bound holds no text without a place in the order', () => {
    expect(isWithin(undefined, { from })).toBe(false);
    expect(isWithin(undefined, { below })).toBe(false);
  });
});
