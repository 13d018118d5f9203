import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { ask, CHECKED, expectRefusal, get, idOf, isSuccess, LIVES, post } from './support/requests.js';
import { expectExactlyOnce, startWriting, stored } from './support/writers.js';

let database: Database;

beforeAll(async () => {
  database = await Database.start();
});
beforeEach(async () => {
  await database.sql('drop database if exists telemetry with (force)');
  await database.create('telemetry');
});
afterEach(() => Service.endAll());
afterAll(() => database.remove());

/**
 * @param port that an earlier one listened on
 * @param databasePort of a proxy
 */
async function start(port = 0, databasePort = database.port): Promise<Service> {
  const settings = { ...database.env('telemetry', databasePort), PORT: String(port), SHUTDOWN_DELAY: '0' };
  return new Service(settings).ready();
}

/** Writes until it succeeds. @returns the seconds that took */
async function secondsToSuccess(url: string, mark: string): Promise<number> {
  const from = performance.now();
  for (let attempt = 0; ; attempt++) {
    const seen = await post(url, { mark: `${mark}-${attempt}` });
    if (isSuccess(seen)) return (performance.now() - from) / 1000;
    expectRefusal(seen);
  }
}

describe('kill -9 under a write load', () => {
  it('of the service: what it acknowledged is there once, and the next one serves at once', async () => {
    const service = await start();
    const port = await service.port();
    const writing = startWriting(await service.url());
    await writing.more(500);
    service.kill('SIGKILL');
    expect(await service.exit).toMatchObject({ signal: 'SIGKILL' });
    const next = await start(port);
    await writing.more(100);
    const { acknowledged, refused, cut } = await writing.end();
    expect(cut).toBeGreaterThan(0);
    for (const seen of refused) expectRefusal(seen);
    await expectExactlyOnce(database, acknowledged);
    const seen = await get(await next.url(), undefined);
    expect(seen.status).toBe(200);
  });

  it('of PostgreSQL: nothing acknowledged is lost or doubled, and writes succeed soon after it is back', async () => {
    const service = await start();
    const url = await service.url();
    const writing = startWriting(url);
    await writing.more(500);
    await database.kill();
    // Longer than a request is waited for: some come in and go out while it is away.
    const [running, health] = await Promise.all([ask(url, '/running'), ask(url, '/healthcheck'), sleep(5_500)]);
    expect(running).toMatchObject({ status: 200 });
    expect(running.took).toBeLessThan(LIVES);
    expect(health.status).toBe(503);
    expect(health.took).toBeLessThan(CHECKED);
    await database.restart();
    // 2 s are promised; the rest is for a busy machine.
    expect(await secondsToSuccess(url, 'after')).toBeLessThan(10);
    await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
    const { acknowledged, refused, cut } = await writing.end();
    expect(cut).toBe(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const seen of refused) expectRefusal(seen);
    await expectExactlyOnce(database, acknowledged);
  });

  it('of one of its processes, after which it ends all the others and recovers', async () => {
    const service = await start();
    const url = await service.url();
    const writing = startWriting(url);
    await writing.more(500);
    const [backend] = await database.sql(`select pid from pg_stat_activity where usename = '${database.role}' limit 1`);
    process.kill(Number(backend?.['pid']), 'SIGKILL');
    await sleep(300);
    expect(await secondsToSuccess(url, 'after')).toBeLessThan(10);
    const { acknowledged, refused, cut } = await writing.end();
    expect(cut).toBe(0);
    for (const seen of refused) expectRefusal(seen);
    await expectExactlyOnce(database, acknowledged);
  });
});

it('a client that retries with a key gets through every crash without a loss and without a duplicate', async () => {
  const { proxy, port: through } = await proxyTo(database.port);
  await proxy.open();
  let service = await start(0, through);
  const port = await service.port();
  const url = await service.url();
  const answers = new Map<string, string>();
  let ended = false;
  let retries = 0;
  let replays = 0;
  async function client(number: number): Promise<void> {
    for (let index = 0; !ended; index++) {
      const mark = `c${number}-${index}`;
      for (;;) {
        const seen = await post(url, { mark, key: mark }).catch(() => undefined);
        if (seen !== undefined && isSuccess(seen)) {
          answers.set(mark, idOf(seen));
          if (seen.replayed) replays++;
          break;
        }
        // 409: the first attempt is still under way in a database that does not know yet that its client has died.
        if (seen !== undefined && seen.status !== 409) expectRefusal(seen);
        retries++;
        await sleep(50);
      }
    }
  }
  const clients = Promise.all(Array.from({ length: 16 }, (_, number) => client(number)));
  clients.catch(() => {});
  const more = async (count: number) => {
    const wanted = answers.size + count;
    await expect.poll(() => answers.size, { interval: 10 }).toBeGreaterThanOrEqual(wanted);
  };
  for (const victim of ['service', 'database', 'service', 'both'] as const) {
    await more(300);
    // Slow answers: a process killed meanwhile has stored many records without answering their clients.
    proxy.slow(400);
    await sleep(200);
    if (victim !== 'service') await database.kill();
    if (victim !== 'database') {
      service.kill('SIGKILL');
      await service.exit;
    }
    proxy.slow(0);
    if (victim !== 'service') await database.restart();
    if (victim !== 'database') service = await start(port, through);
  }
  await more(100);
  ended = true;
  await clients;
  proxy.close();
  expect(retries).toBeGreaterThan(16);
  // Otherwise the keys had nothing to do.
  expect(replays).toBeGreaterThan(0);
  await expectExactlyOnce(database, answers);
  expect((await stored(database)).size).toBe(answers.size);
});
