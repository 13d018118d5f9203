import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { json } from '../http/answer.js';
import { OVERLOADED, TOO_SLOW } from '../http/problems.js';
import { RequestsInProgress } from './requests-in-progress.js';

const DONE = json(200, {});
const never = () => new Promise<typeof DONE>(() => {});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('returns what the work returns, and makes room again', async () => {
  const requests = new RequestsInProgress(() => 1, 4_700);
  expect(await requests.run(async () => DONE)).toBe(DONE);
  await expect(requests.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(requests.size).toBe(0);
  expect(await requests.run(async () => DONE)).toBe(DONE);
});

it('refuses at once what is beyond the limit, and does not begin it', async () => {
  const requests = new RequestsInProgress(() => 2, 4_700);
  void requests.run(never);
  void requests.run(never);
  expect(requests.isFull).toBe(true);
  const work = vi.fn(never);
  expect(await requests.run(work)).toBe(OVERLOADED);
  expect(work).not.toHaveBeenCalled();
});

it('lets many in at once, but no more once the first of many has waited too long', async () => {
  const requests = new RequestsInProgress(() => 1_000, 4_700);
  for (let n = 0; n < 300; n++) void requests.run(never);
  vi.advanceTimersByTime(300);
  expect(requests.isFull).toBe(false);
  vi.advanceTimersByTime(200);
  expect(requests.isFull).toBe(true);
  expect(await requests.run(never)).toBe(OVERLOADED);
});

it('does not shut others out because a few have to wait', () => {
  const requests = new RequestsInProgress(() => 1_000, 4_700);
  for (let n = 0; n < 100; n++) void requests.run(never);
  vi.advanceTimersByTime(3_000);
  expect(requests.isFull).toBe(false);
});

it('answers for work that takes too long, each in its time', async () => {
  const requests = new RequestsInProgress(() => 9, 4_700);
  const first = requests.run(never);
  vi.advanceTimersByTime(3_000);
  let answered = false;
  const second = requests.run(never).then((outcome) => {
    answered = true;
    return outcome;
  });
  vi.advanceTimersByTime(1_900);
  expect(await first).toBe(TOO_SLOW);
  expect(answered).toBe(false);
  expect(requests.size).toBe(1);
  vi.advanceTimersByTime(3_000);
  expect(await second).toBe(TOO_SLOW);
  expect(vi.getTimerCount()).toBe(0);
});

it('counts what the request has waited for before', async () => {
  const requests = new RequestsInProgress(() => 9, 4_700);
  const young = requests.run(never);
  const old = requests.run(never, 4_000);
  vi.advanceTimersByTime(900);
  expect(await old).toBe(TOO_SLOW);
  expect(requests.size).toBe(1);
  vi.advanceTimersByTime(4_000);
  expect(await young).toBe(TOO_SLOW);
});

it('does not mind what comes after all', async () => {
  const requests = new RequestsInProgress(() => 9, 4_700);
  let end: (outcome: typeof DONE) => void = () => {};
  const late = requests.run(() => new Promise((resolve) => (end = resolve)));
  vi.advanceTimersByTime(5_000);
  end(DONE);
  expect(await late).toBe(TOO_SLOW);
  expect(requests.size).toBe(0);
});
