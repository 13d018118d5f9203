import { afterEach, expect, it, vi } from 'vitest';
import { Lifecycle } from './lifecycle.js';

afterEach(() => {
  vi.useRealTimers();
});

it('forgets a request that has waited for readiness in vain', async () => {
  vi.useFakeTimers();
  const lifecycle = new Lifecycle(3_500);
  const waits = Array.from({ length: 3 }, () => lifecycle.whenReady());
  expect(lifecycle.waiting).toBe(3);
  await vi.advanceTimersByTimeAsync(3_500);
  expect(await Promise.all(waits)).toEqual([false, false, false]);
  expect(lifecycle.waiting).toBe(0);
});

it('wakes every request that waits when the service becomes ready', async () => {
  const lifecycle = new Lifecycle(3_500);
  const waits = Array.from({ length: 3 }, () => lifecycle.whenReady());
  lifecycle.becomeReady();
  expect(await Promise.all(waits)).toEqual([true, true, true]);
  expect(lifecycle.waiting).toBe(0);
});
