import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { ask, get, idOf, post, type Seen } from './support/requests.js';
import { expectExactlyOnce } from './support/writers.js';

let database: Database;

beforeAll(async () => {
  // Ten processes open 18 connections each.
  database = await Database.start(200);
});
afterEach(() => Service.endAll());
afterAll(() => database.remove());

it.each([2, 10])('%i at once on an empty database all come to serve, on one schema', async (many) => {
  const name = `start_of_${many}`;
  await database.create(name);
  const settings = { ...database.env(name), SHUTDOWN_DELAY: '0' };
  const services = await Promise.all(Array.from({ length: many }, () => new Service(settings).ready()));
  const urls = await Promise.all(services.map((service) => service.url()));
  const made = await Promise.all(urls.map((url, index) => post(url, { mark: `by ${index}` })));
  expect(made.map(({ status }) => status)).toEqual(urls.map(() => 200));
  const seen = await Promise.all(urls.map((url, index) => get(url, idOf(made[(index + 1) % many] as Seen))));
  expect(seen.map(({ status }) => status)).toEqual(urls.map(() => 200));
  await expectExactlyOnce(database, new Map(made.map((answer, index) => [`by ${index}`, idOf(answer)])), name);
  for (const url of urls) {
    await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
  }
  await expect.poll(() => database.sqlIn(name, 'select from pg_index where not indisvalid')).toHaveLength(0);
  for (const service of services) expect(service.stdout + service.stderr).not.toMatch(/"level":"(WARN|ERROR)"/);
});

it('without a database it says so once in a while, and serves when there is one', async () => {
  await database.create('late');
  await database.kill();
  const service = new Service({ ...database.env('late'), SHUTDOWN_DELAY: '0' });
  const url = await service.url();
  await service.says(/waiting for the database/);
  await sleep(2_500);
  expect(service.stdout.match(/waiting for the database/g)).toHaveLength(1);
  expect((await ask(url, '/running')).status).toBe(200);
  const health = await ask(url, '/healthcheck');
  expect(health).toMatchObject({ status: 503, text: expect.stringContaining('waiting for the database') });
  await database.restart();
  await service.ready();
  expect((await post(url, { mark: 'served' })).status).toBe(200);
  expect(service.stdout + service.stderr).not.toContain(database.password);
});
