import { expect, it } from 'vitest';
import { inTurns, orderOf } from './rounds.ts';

it('leaves out the first round, and calls back after the others', async () => {
  const seen: unknown[] = [];
  const figures = await inTurns(
    2,
    { a: async (round) => round * 10, b: async (round) => round },
    { onRound: ({ a, b }, round) => seen.push([round, [...a], [...b]]) },
  );
  expect(figures).toEqual({ a: [0, 10], b: [0, 1] });
  expect(seen).toEqual([
    [0, [0], [0]],
    [1, [0, 10], [0, 1]],
  ]);
});

it('lets each side come first and last as often as the others, and after any of them', () => {
  const orders = [0, 1, 2, 3, 4, 5].map((round) => orderOf(['a', 'b', 'c'], round).join(''));
  expect(orders).toEqual(['abc', 'cba', 'bca', 'acb', 'cab', 'bac']);
  expect([0, 1, 2, 3].map((round) => orderOf(['a', 'b'], round).join(''))).toEqual(['ab', 'ba', 'ba', 'ab']);
});
