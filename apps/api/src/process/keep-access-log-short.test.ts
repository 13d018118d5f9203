import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessLog, UnavailableError } from '@polaris-telemetry/domain';
import { anAccess, inMemoryStore, instant } from '@polaris-telemetry/domain/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loggerTo } from '../../test/support/logger-to.js';
import { keepAccessLogShort } from './keep-access-log-short.js';

let store: ReturnType<typeof inMemoryStore>;
let lines: { readonly level: string; readonly msg: string }[];
let stop: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-02T00:00:00Z'), toFake: ['Date'] });
  store = inMemoryStore({ now: () => instant(new Date().toISOString()) });
  lines = [];
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

/** Begins to keep the log for 365 days. */
function keep(interval?: number, accessLog: Pick<AccessLog, 'removeOlderThan'> = store.accessLog): Promise<void> {
  const logger = loggerTo((line) => lines.push(JSON.parse(line)));
  return keepAccessLogShort(accessLog, 365, { logger }, stop.signal, interval);
}

const left = async () =>
  (await store.queries.accesses.list({}, { limit: 9_999 })).results.map(({ record }) => record.status);

describe('keeping the access log short', () => {
  it('removes what is older than so many days, and looks again and again', async () => {
    const dates = ['2025-03-01T23:59:59.999999Z', '2025-03-02T00:00:00Z', '2025-03-02T01:00:00Z'];
    for (const [index, at] of dates.entries())
      await store.accessLog.append(anAccess({ at: instant(at), status: 200 + index }));
    keep(5);
    await expect.poll(left).toEqual([202, 201]);
    await sleep(30);
    expect(await left()).toEqual([202, 201]);
    vi.setSystemTime('2026-03-02T00:00:01Z');
    await expect.poll(left).toEqual([202]);
    await sleep(30);
    // Where there was nothing to remove, nothing is said.
    expect(lines).toMatchObject(
      Array(2).fill({ level: 'info', msg: 'access log: removed 1 entries older than 365 days' }),
    );
  });

  it('goes by the clock of the store: its own may be years ahead', async () => {
    store = inMemoryStore({ now: () => instant('2026-03-02T00:00:00Z') });
    await store.accessLog.append(anAccess({ at: instant('2026-03-01T00:00:00Z') }));
    vi.setSystemTime('2036-03-02T00:00:00Z');
    keep(5);
    await sleep(30);
    expect(await left()).toEqual([200]);
  });

  it('looks once an hour unless asked otherwise', async () => {
    const at = instant('2001-01-01T00:00:00Z');
    await store.accessLog.append(anAccess({ at }));
    keep();
    await expect.poll(left).toEqual([]);
    await store.accessLog.append(anAccess({ at }));
    await sleep(50);
    expect(await left()).toEqual([200]);
  });

  it('removes 1,000 at a time, with a pause in between', async () => {
    const at = instant('2001-01-01T00:00:00Z');
    for (let index = 0; index < 2_001; index++) await store.accessLog.append(anAccess({ at }));
    const counts: number[] = [];
    const removeOlderThan = vi.fn<AccessLog['removeOlderThan']>(async (...request) => {
      const removed = await store.accessLog.removeOlderThan(...request);
      counts.push((await left()).length);
      return removed;
    });
    keep(undefined, { removeOlderThan });
    await sleep(20);
    expect(counts).toEqual([1_001]);
    await expect.poll(() => lines).toMatchObject([{ msg: 'access log: removed 2001 entries older than 365 days' }]);
    expect(counts).toEqual([1_001, 1, 0]);
  });

  it('tries again where the store cannot answer', async () => {
    const removeOlderThan = vi.fn(async () => 0).mockRejectedValueOnce(new UnavailableError('down'));
    keep(5, { removeOlderThan });
    await expect.poll(() => removeOlderThan.mock.calls.length).toBeGreaterThan(1);
    expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining('trying again later') }]);
  });

  it('ends with the signal, between two batches too', async () => {
    const removeOlderThan = vi.fn(async () => 1_000);
    const keeping = keep(5, { removeOlderThan });
    stop.abort();
    await keeping;
    expect(removeOlderThan).toHaveBeenCalledTimes(1);
    expect(lines).toMatchObject([{ msg: 'access log: removed 1000 entries older than 365 days' }]);
  });
});
