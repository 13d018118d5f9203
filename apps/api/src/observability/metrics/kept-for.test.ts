import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keptFor } from './kept-for.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('makes a value once for all who ask within the time', async () => {
  const make = vi.fn(async () => make.mock.calls.length);
  const get = keptFor(1_000, make);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  vi.advanceTimersByTime(999);
  expect(await get()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await get()).toBe(2);
});

it('keeps no failure', async () => {
  const make = vi.fn(async () => 'made').mockRejectedValueOnce(new Error('failed'));
  const get = keptFor(1_000, make);
  await expect(get()).rejects.toThrow('failed');
  expect(await get()).toBe('made');
});
