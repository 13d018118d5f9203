import type { Text } from '../src/index.js';
import { text } from './builders.js';

/** Longer than a PostgreSQL page and than its index rows; hardly compressible. */
export const longText: string = Array.from({ length: 4000 }, (_, index) =>
  ((index * 2_654_435_761) >>> 0).toString(36),
).join('');

/** Texts that every store must return exactly. */
export const awkwardTexts: readonly Text[] = [
  '',
  ' leading and trailing ',
  'quotes \' " ` and \\ backslash {braces} (1,2) NULL null',
  '{"a":1}',
  'line\r\nbreaks\tand \u0001 control \u007f',
  'Ünïcödé — 漢字 — 👩🏽‍⚕️ — \u{10ffff} — e\u0301 ≠ é — \ufeff',
  '%2F%00\\u0000',
  longText,
].map(text);
