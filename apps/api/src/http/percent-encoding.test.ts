import { expect, it } from 'vitest';
import { percentDecode } from './percent-encoding.js';

it.each([
  ['plain', 'plain'],
  ['%C3%A9', 'é'],
  ['%c3%a9', 'é'],
  // Raw bytes, as Node passes them.
  ['\u00c3\u00a9', 'é'],
  ['%2541', '%41'],
  ['a+b', 'a+b'],
  ['%00', '\0'],
  ['%', undefined],
  ['%4', undefined],
  ['%zz', undefined],
  ['%u0041', undefined],
  ['%E9', undefined],
  ['%ED%A0%80', undefined],
  ['\u00e9', undefined],
])('decodes %j once: %j', (part, text) => {
  expect(percentDecode(part)).toBe(text);
});
