import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { GiveWay } from './give-way.js';

const PIECE_MS = 5;

describe('work that gives way to writes', () => {
  let now = 0;
  /** How many transactions others write a second, while time passes. */
  let writesASecond = 0;
  let transactions = 0;
  let giveWay: GiveWay;
  const going = new AbortController().signal;

  const pass = (ms: number) => {
    now += ms;
    transactions += (ms * writesASecond) / 1_000;
  };
  /** Works for so long, piece by piece. Returns which part of the time it did not rest. */
  async function workFor(ms: number): Promise<number> {
    const began = now;
    let worked = 0;
    while (now - began < ms) {
      await giveWay.turn(going);
      const before = Math.floor(transactions);
      pass(PIECE_MS);
      worked += PIECE_MS;
      giveWay.ended(PIECE_MS, before);
    }
    return worked / (now - began);
  }

  beforeEach(() => {
    now = 0;
    writesASecond = 0;
    transactions = 1_000;
    giveWay = new GiveWay({ now: () => now, sleep: async (ms) => pass(ms) });
  });

  it('never rests while nobody writes, or only the fold does', async () => {
    writesASecond = 2;
    expect(await workFor(5_000)).toBe(1);
    expect(giveWay.othersWrite).toBe(false);
  });

  it('keeps a fifth of its speed among writes, however many', async () => {
    for (writesASecond of [20, 200, 20_000]) {
      await workFor(1_000);
      expect(await workFor(5_000)).toBeCloseTo(1 / 5, 2);
      expect(giveWay.othersWrite).toBe(true);
    }
  });

  it('is at full speed soon after the last write', async () => {
    writesASecond = 200;
    await workFor(1_000);
    writesASecond = 0;
    await workFor(600);
    expect(await workFor(1_000)).toBe(1);
  });

  it('rests for a second at most, so that a slow piece does not stop it', async () => {
    writesASecond = 200;
    await workFor(1_000);
    giveWay.ended(60_000, transactions);
    const ended = now;
    await giveWay.turn(going);
    expect(now - ended).toBe(1_000);
  });

  it('lets several take turns, which together work no more than one', async () => {
    const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
    const sleep = (ms: number) => new Promise<void>((wake) => sleepers.push({ until: now + ms, wake }));
    const shared = new GiveWay({ now: () => now, sleep });
    shared.ended(PIECE_MS, 0);
    pass(1_000);
    shared.ended(PIECE_MS, 1_000);
    const begun: number[] = [];
    for (const _ of [1, 2, 3]) void shared.turn(going).then(() => begun.push(now));
    for (; begun.length < 3; await setImmediate()) {
      pass(1);
      for (const { until, wake } of sleepers) if (until <= now) wake();
    }
    const [first = 0, second = 0, third = 0] = begun;
    expect([second - first, third - second]).toEqual([5 * PIECE_MS, 5 * PIECE_MS]);
  });

  it('never rests where nobody writes: on a replica', async () => {
    writesASecond = 200;
    await workFor(1_000);
    giveWay.ended(PIECE_MS, undefined);
    const ended = now;
    await giveWay.turn(going);
    expect(now).toBe(ended);
  });

  it('ends its rest with the signal, whose reason it throws', async () => {
    const leave = new AbortController();
    const resting = new GiveWay({
      now: () => now,
      sleep: (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    });
    resting.ended(PIECE_MS, 0);
    pass(1_000);
    resting.ended(PIECE_MS, 1_000);
    const turn = resting.turn(leave.signal);
    leave.abort(new Error('the caller has gone'));
    await expect(turn).rejects.toThrow('the caller has gone');
  });

  it('rests between the parts of a piece while others write, but only so long in all', async () => {
    const restsOf = async (...parts: number[]) => {
      const rest = giveWay.restsWithin(100, going);
      const rests: number[] = [];
      for (const part of parts) {
        const before = now;
        await rest(part);
        rests.push(now - before);
      }
      return rests;
    };
    expect(await restsOf(5, 5)).toEqual([0, 0]);
    writesASecond = 200;
    await workFor(1_000);
    expect(await restsOf(5, 10, 12, 5)).toEqual([20, 40, 40, 0]);
    expect(await restsOf(5)).toEqual([20]);
  });
});
