import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectRefusal, idOf, post } from '../faults/support/requests.js';
import { expectExactlyOnce, startWriting } from '../faults/support/writers.js';
import { type Proxy as Intermediary, proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { addPatiently, startCounting } from './support/persistent-clients.js';
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
    await expect.poll(() => counting.acknowledged).toBeGreaterThan(0);

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
    const gap = (Math.max(...added.map(({ at }) => at)) - lostAt) / 1000;
    console.log(`promoted after ${promoted.toFixed(1)} s, every waiting write acknowledged after ${gap.toFixed(1)} s`);
    expect(gap).toBeLessThan(LONGEST_GAP_SECONDS);

    await writing.more(100);
    const writes = await writing.end();
    await counting.end();
    expect(writes.cut).toBe(0);
    for (const seen of writes.refused) expectRefusal(seen);
    await expectExactlyOnce(postgres, writes.acknowledged, 'telemetry');
    await expectExactlyOnce(postgres, new Map(added.map(({ mark, id }) => [mark, id])), 'telemetry');
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
    const back = performance.now();
    postgres.resumeReplication();
    const { id, at } = await addPatiently(url, 'back');
    const seconds = (at - back) / 1000;
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
