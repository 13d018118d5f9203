import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilHung } from './watchdog.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How a worker answers, given how often it was asked before; it is late if the asking process stands still. */
type Says = (asked: number) => 'alive' | 'nothing' | 'late' | 'ended';

/** Watches a worker for so many seconds. */
async function after(seconds: number, says: Says): Promise<unknown> {
  let asked = 0;
  const worker = {
    hasEnded: false,
    async ask(_: string, milliseconds: number) {
      const answer = says(asked++);
      const taken = { alive: 0, nothing: milliseconds, late: 3 * milliseconds, ended: 0 }[answer];
      await new Promise((resolve) => setTimeout(resolve, taken));
      worker.hasEnded = answer === 'ended';
      return answer === 'alive' ? true : undefined;
    },
  };
  let outcome: unknown = 'watched';
  untilHung(worker as never).then((hung) => {
    outcome = hung ? 'hung' : 'ended';
  });
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  return outcome;
}

test.each<[string, number, Says, string]>([
  ['answers', 600, () => 'alive', 'watched'],
  ['is silent for less than 30 s', 29, () => 'nothing', 'watched'],
  ['is silent for 30 s', 31, () => 'nothing', 'hung'],
  ['answers in between', 600, (asked) => (asked % 6 === 5 ? 'alive' : 'nothing'), 'watched'],
  ['is asked by a process that stands still', 600, () => 'late', 'watched'],
  ['ends', 1, () => 'ended', 'ended'],
])('a worker that %s', async (_, seconds, says, outcome) => {
  expect(await after(seconds, says)).toBe(outcome);
});
