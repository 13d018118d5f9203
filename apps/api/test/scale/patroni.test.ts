import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectRefusal, idOf, post } from '../faults/support/requests.js';
import { expectExactlyOnce, startWriting } from '../faults/support/writers.js';
import { Service } from '../support/service.js';
import { PatroniCluster } from './support/patroni-cluster.js';
import { type Added, longestPause, startAdding, startCounting } from './support/persistent-clients.js';

/** Within so many seconds after a promotion each waiting client has its write acknowledged. */
const LONGEST_GAP_SECONDS = 10;

/** More would only take the CPU from the cluster. */
const CLIENTS = 6;

interface Way {
  readonly name: string;
  readonly url: string;
}

let cluster: PatroniCluster;
/** One service by each way, at the same time. */
let ways: readonly Way[];
/** Of everything that was acknowledged so far: by mark, the id. */
const acknowledged = new Map<string, string>();

beforeAll(async () => {
  cluster = await PatroniCluster.start();
  const envs = [
    ['HAProxy', cluster.envThroughProxy()],
    ['hosts', cluster.envWithEveryHost()],
  ] as const;
  ways = await Promise.all(
    envs.map(async ([name, env]) => {
      const service = await new Service({ ...env, SHUTDOWN_DELAY: '0' }).ready();
      return { name, url: await service.url() };
    }),
  );
});

afterAll(async () => {
  await Service.endAll();
  await cluster?.remove();
});

/** Sends clients of all sorts by one way, until they are ended. */
async function keepBusy({ name, url }: Way, trouble: string) {
  const counted = idOf(await post(url, { mark: `${name} ${trouble} counted` }));
  const writing = startWriting(url, { clients: CLIENTS, prefix: `${name} ${trouble} ` });
  const patient = Array.from({ length: 4 }, (_, index) => startAdding(url, `${name} ${trouble} patient ${index} `));
  const counting = startCounting(url, counted);
  await writing.more(100);
  await expect.poll(() => counting.acknowledged).toBeGreaterThan(0);
  return {
    more: writing.more,
    /** Ends the clients, and looks at what each of them saw. @returns what the patient ones added, client by client */
    async end(): Promise<readonly (readonly Added[])[]> {
      const writes = await writing.end();
      await counting.end();
      expect(writes.cut).toBe(0);
      for (const seen of writes.refused) expectRefusal(seen);
      for (const [mark, id] of writes.acknowledged) acknowledged.set(mark, id);
      const added = await Promise.all(patient.map((client) => client.end()));
      for (const { mark, id } of added.flat()) acknowledged.set(mark, id);
      const [row] = await cluster.sqlIn('telemetry', `select app_version from mobile where uuid = '${counted}'`);
      // An unanswered one may have been stored as well.
      expect(Number(row?.['app_version'])).toBeGreaterThanOrEqual(counting.acknowledged);
      return added;
    },
  };
}

it.each([
  { trouble: 'a switchover', lose: (leader: string, next: string) => cluster.switchOver(leader, next) },
  {
    trouble: 'kill -9 of the primary and its Patroni',
    lose: async (leader: string) => cluster.kill(leader),
    recover: (lost: string) => cluster.bringBack(lost),
  },
])('$trouble under load: nothing acknowledged is lost or doubled, writes go on', async ({ trouble, lose, recover }) => {
  const leader = await cluster.leader();
  if (leader === undefined) throw new Error('there is no primary');
  const next = await cluster.synchronousStandby();
  const all = await Promise.all(ways.map((way) => keepBusy(way, trouble)));
  const lostAt = performance.now();
  const [promoted] = await Promise.all([cluster.promoted(leader), lose(leader, next)]);
  // Only a node that has everything may take the place.
  expect(promoted.name).toBe(next);
  console.log(`${trouble}: promoted after ${((promoted.at - lostAt) / 1000).toFixed(1)} s`);
  await Promise.all(all.map(({ more }) => more(100)));
  for (const [index, way] of all.entries()) {
    const added = await way.end();
    const first = added.map((one) => one.find(({ at }) => at > promoted.at)?.at ?? Number.POSITIVE_INFINITY);
    const gap = (Math.max(...first) - promoted.at) / 1000;
    const pause = longestPause(added.flat());
    console.log(`${ways[index]?.name}: writes go on ${gap.toFixed(1)} s later; longest pause ${pause.toFixed(1)} s`);
    expect(gap).toBeLessThan(LONGEST_GAP_SECONDS);
  }
  await expectExactlyOnce(cluster, acknowledged, 'telemetry');
  await recover?.(leader);
});
