import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divide } from './divide.js';

const itself = (size: readonly number[]) => size;

test('what fits together is one batch, and the next item begins another', () => {
  expect(divide([[2], [3], [1], [5]], itself, [5])).toEqual([[[2], [3]], [[1]], [[5]]]);
});

test('each measure has a limit of its own', () => {
  const [few, many] = [
    [1, 1],
    [1, 9],
  ];
  expect(divide([few, many, few, few, few], itself, [3, 10])).toEqual([
    [few, many],
    [few, few, few],
  ]);
});

test('an item that takes more is a batch alone', () => {
  expect(divide([[1], [9], [1]], itself, [5])).toEqual([[[1]], [[9]], [[1]]]);
  expect(divide([[9], [1]], itself, [5])).toEqual([[[9]], [[1]]]);
});

test('nothing is no batch', () => {
  expect(divide([], itself, [5])).toEqual([]);
});

test('every item is in one batch, in its order, and no batch could have taken the item after it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(12), fc.nat(12))), (items) => {
      const batches = divide(items, itself, [10, 10]);
      expect(batches.flat()).toEqual(items);
      const sum = (batch: readonly (readonly number[])[], measure: number) =>
        batch.reduce((total, item) => total + (item[measure] ?? 0), 0);
      const fits = (batch: readonly (readonly number[])[]) => sum(batch, 0) <= 10 && sum(batch, 1) <= 10;
      for (const [index, batch] of batches.entries()) {
        expect(batch.length === 1 || fits(batch)).toBe(true);
        const next = batches[index + 1]?.[0];
        expect(next === undefined || !fits([...batch, next])).toBe(true);
      }
    }),
  );
});
