import { expect, test } from 'vitest';
import { destinationOf } from './destination.js';

test.each(['patients', 'patients?app_version=4.1.0&model=a%20b', 'adoption.csv?from=2026-01-31', '?audience=patient'])(
  '%s is a page of the dashboard',
  (to) => {
    expect(destinationOf(to)).toBe(to);
  },
);

test.each([
  'https://evil.test',
  '//evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '../dhos/v1',
  'javascript:alert(1)',
  'patients#x',
  'patients?a\nSet-Cookie: b',
  'a/b',
  '..',
  '.?x=1',
  '',
  undefined,
  new Blob(),
])('%j is none', (to) => {
  expect(destinationOf(to)).toBe('./');
});
