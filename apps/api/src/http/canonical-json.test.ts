import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';

const canonical = (text: string) => canonicalJson(JSON.parse(text));

it('is one text for one value, whatever the order of members and the layout', () => {
  expect(canonical('{ "b": [1, {"d": null, "c": "\\u0061"}],\n "a": 1.0 }')).toBe('{"a":1,"b":[1,{"c":"a","d":null}]}');
  expect(canonical('{"a":1,"a":2}')).toBe('{"a":2}');
  expect(canonical('{"__proto__":1,"10":1,"9":1}')).toBe('{"10":1,"9":1,"__proto__":1}');
});

it.each([
  ['[]', '{}'],
  ['[1,2]', '[2,1]'],
  ['"1"', '1'],
  ['[[1],2]', '[[1,2]]'],
  ['{"a":null}', '{}'],
  ['{"a":"b,c"}', '{"a":"b","c":""}'],
  ['"\\ud800"', '"\\ud801"'],
])('distinguishes %s from %s', (left, right) => {
  expect(canonical(left)).not.toBe(canonical(right));
});

it('is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(canonical(text))).toEqual(JSON.parse(text));
    }),
  );
});

it('takes what is nested as deeply as a body can be', () => {
  const text = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(canonical(text) === text).toBe(true);
});
