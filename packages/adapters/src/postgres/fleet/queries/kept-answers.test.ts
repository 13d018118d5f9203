import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptAnswers } from './kept-answers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps the answers about one state, for 5 s at most', () => {
  const kept = new KeptAnswers();
  const answer = { people: 1 };
  kept.keep('1', 'how many', answer);
  expect(kept.find('1', 'how many')).toBe(answer);
  expect(kept.find('1', 'who')).toBeUndefined();
  expect(kept.find('2', 'how many')).toBeUndefined();
  kept.keep('2', 'who', answer);
  expect(kept.find('1', 'how many')).toBeUndefined();
  expect(kept.find('2', 'who')).toBe(answer);
  vi.advanceTimersByTime(5_000);
  expect(kept.find('2', 'who')).toBeUndefined();
  kept.keep('2', 'who', answer);
  expect(kept.find('2', 'who')).toBe(answer);
});

it.each([
  ['texts', (length: number) => ({ names: Array.from({ length: length / 100 }, () => 'x'.repeat(50)) })],
  ['bytes', (length: number) => ({ body: Buffer.alloc(length) })],
  ['objects', (length: number) => ({ groups: Array.from({ length: length / 40 }, () => ({ people: 1 })) })],
])('keeps no more than 8 MiB of %s', (_, answerOf) => {
  const kept = new KeptAnswers();
  const megabytes = Array.from({ length: 20 }, (__, number) => `question ${number}`);
  for (const question of megabytes) kept.keep('1', question, answerOf(1_048_576));
  const found = megabytes.filter((question) => kept.find('1', question) !== undefined);
  expect(found.length).toBeGreaterThan(2);
  expect(found.length).toBeLessThanOrEqual(8);
});
