import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectRefusal, idOf, isSuccess, patch, post } from '../faults/support/requests.js';
import { expectExactlyOnce, startWriting } from '../faults/support/writers.js';
import { type Proxy as Intermediary, proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { ReplicatedPostgres } from './support/replicated-postgres.js';

/** What a failover may cost, promotion included. */
const LONGEST_GAP_SECONDS = 10;

let postgres: ReplicatedPostgres | undefined;
let way: Intermediary | undefined;

afterEach(async () => {
  await Service.endAll();
  way?.close();
  await postgres?.remove();
});

/** The service and its database, behind an address that can be given to another server. */
async function start() {
  const replicated = await ReplicatedPostgres.start();
  postgres = replicated;
  const { proxy, port } = await proxyTo(replicated.primaryPort);
  way = proxy;
  await proxy.open();
  const service = await new Service({ ...replicated.env(port), SHUTDOWN_DELAY: '0' }).ready();
  return { postgres: replicated, proxy, url: await service.url() };
}

/** Counts a record up, one PATCH after the other. @returns the last count that was acknowledged, and what ends it */
function startCounting(url: string, id: string) {
  let ended = false;
  let acknowledged = 0;
  const counting = (async () => {
    for (let count = 1; !ended; count++) {
      const seen = await patch(url, id, { app_version: `${count}` });
      if (isSuccess(seen)) acknowledged = count;
      else expectRefusal(seen);
    }
  })();
  counting.catch(() => {});
  return {
    get acknowledged() {
      return acknowledged;
    },
    async end() {
      ended = true;
      await counting;
    },
  };
}

/** Adds one record with a key, again and again until it is acknowledged. @returns the seconds that took, and its id */
async function addPatiently(url: string, mark: string): Promise<{ readonly seconds: number; readonly id: string }> {
  const from = performance.now();
  for (;;) {
    const seen = await post(url, { mark, key: mark });
    if (isSuccess(seen)) return { seconds: (performance.now() - from) / 1000, id: idOf(seen) };
    // 409: an attempt before this one is still under way in a server that does not answer.
    if (seen.status !== 409) expectRefusal(seen);
    await sleep(100);
  }
}

describe.each([
  {
    name: 'is killed, and every connection to it with it',
    lose: (lost: ReplicatedPostgres) => lost.killPrimary(),
  },
  {
    name: 'falls silent, and no connection to it ends',
    lose: async (lost: ReplicatedPostgres) => lost.silencePrimary(),
  },
])('when the primary $name', ({ lose }) => {
  it('writes go on when its synchronous standby takes its place, nothing acknowledged is lost or doubled', async () => {
    const { postgres, proxy, url } = await start();
    const counted = idOf(await post(url, { mark: 'counted' }));
    const writing = startWriting(url);
    const counting = startCounting(url, counted);
    await writing.more(500);
    await expect.poll(() => counting.acknowledged, { timeout: 30_000 }).toBeGreaterThan(0);

    // What is written now is on the primary alone: were it acknowledged, it would be lost.
    postgres.stallReplication();
    await sleep(300);
    const lostAt = performance.now();
    await lose(postgres);
    const patient = Array.from({ length: 20 }, (_, index) => addPatiently(url, `patient-${index}`));
    await sleep(300);
    await postgres.promote();
    proxy.leadTo(postgres.standbyPort);
    const promoted = (performance.now() - lostAt) / 1000;
    const added = await Promise.all(patient);
    const gap = Math.max(...added.map(({ seconds }) => seconds));
    console.log(`promoted after ${promoted.toFixed(1)} s, every waiting write acknowledged after ${gap.toFixed(1)} s`);
    expect(gap).toBeLessThan(LONGEST_GAP_SECONDS);

    await writing.more(100);
    const writes = await writing.end();
    await counting.end();
    expect(writes.cut).toBe(0);
    for (const seen of writes.refused) expectRefusal(seen);
    await expectExactlyOnce(postgres, writes.acknowledged, 'telemetry');
    const marks = added.map(({ id }, index) => [`patient-${index}`, id] as const);
    await expectExactlyOnce(postgres, new Map(marks), 'telemetry');
    const [row] = await postgres.sqlIn('telemetry', `select app_version from mobile where uuid = '${counted}'`);
    // An unanswered one may have been stored as well.
    expect(Number(row?.['app_version'])).toBeGreaterThanOrEqual(counting.acknowledged);
  });
});

describe('when the synchronous standby is not there', () => {
  it('nothing is acknowledged that only the primary has; it goes on by itself when the standby is back', async () => {
    const { postgres, url } = await start();
    const writing = startWriting(url);
    await writing.more(500);
    postgres.stallReplication();
    const stalled = performance.now();
    expectRefusal(await post(url, { mark: 'stalled' }));
    await sleep(5_000);
    const [row] = await postgres.sqlIn(
      'telemetry',
      `select count(*)::integer as connections, count(*) filter (where wait_event = 'SyncRep')::integer as waiting
         from pg_stat_activity where application_name = 'polaris-telemetry'`,
    );
    console.log(`without its standby for ${((performance.now() - stalled) / 1000).toFixed(0)} s:`, row);
    postgres.resumeReplication();
    const { seconds, id } = await addPatiently(url, 'back');
    console.log(`back after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(LONGEST_GAP_SECONDS);
    await writing.more(100);
    const { acknowledged, refused, cut } = await writing.end();
    expect(cut).toBe(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const seen of refused) expectRefusal(seen);
    await expectExactlyOnce(postgres, new Map([...acknowledged, ['back', id]]), 'telemetry');
  });
});
