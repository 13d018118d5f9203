import { expect, it } from 'vitest';
import { csvLines } from './csv.js';

it.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\r\n=1'],
  ...['＝1+1', '＋1', '－1', '＠SUM(A1)', '=', "=cmd|'/c calc'!A1", '=HYPERLINK("http://x","y")'],
])('%j is no formula', (text) => {
  const [cell = ''] = csvLines([[text]]).split('\r\n"', 1);
  expect(cell.replace(/^"/, '').startsWith("'")).toBe(true);
});

it.each(['', 'a=1', ' =1', "'=1", '1', 'Ä', '"'])('the text %j stays as it is', (text) => {
  const quoted = /["]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  expect(csvLines([[text, 1]])).toBe(`${quoted},1\r\n`);
});

it('numbers, booleans and nothing are never altered', () => {
  expect(csvLines([[-1, 0, 1e21, true, null]])).toBe('-1,0,1e+21,true,\r\n');
});
