import { expect, it } from 'vitest';
import { etagOf, judge } from './etag.js';

it('makes the same tag for the same bytes every time', () => {
  // Clients keep tags across releases: this one must not change by accident.
  expect(etagOf('{}')).toBe('"RBNvo1WzZ4oRRq0W9-hknp"');
});

it.each([
  ['"a"', '"a"', 'proceed'],
  ['"b"', '"a"', 'failed'],
  ['W/"a"', '"a"', 'failed'],
  ['*', '"a"', 'proceed'],
  [' "b",\t"a" ', '"a"', 'proceed'],
  [',,"a"', '"a"', 'proceed'],
  ['"b" "a"', '"a"', 'proceed'],
  ['"a', '"a"', 'failed'],
  ['a', '"a"', 'failed'],
  ['', '"a"', 'failed'],
  ['"x,"a""', '"a"', 'failed'],
])('If-Match: %s against %s: %s', (ifMatch, etag, verdict) => {
  expect(judge({ ifMatch, ifNoneMatch: undefined }, etag)).toBe(verdict);
});

it('judges If-Match before If-None-Match', () => {
  expect(judge({ ifMatch: '"b"', ifNoneMatch: '"a"' }, '"a"')).toBe('failed');
  expect(judge({ ifMatch: '"a"', ifNoneMatch: '"a"' }, '"a"')).toBe('not-modified');
});
