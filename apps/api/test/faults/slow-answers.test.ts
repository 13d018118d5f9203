import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { TroubledService } from './support/troubled-service.js';

let database: Database;
let proxy: Awaited<ReturnType<typeof proxyTo>>['proxy'];
let troubled: TroubledService;

beforeAll(async () => {
  database = await Database.start();
  const through = await proxyTo(database.port);
  proxy = through.proxy;
  await proxy.open();
  troubled = await TroubledService.start(database, 'telemetry', through.port);
});
afterAll(async () => {
  await Service.endAll();
  proxy.close();
  await database.remove();
});

it('answers that come late are waited for', async () => {
  proxy.slow(700);
  await troubled.expectWhileItLasts({
    writes: 'served',
    reads: 'served',
    health: 503,
    says: /no answer|did not answer/,
  });
  proxy.slow(0);
  await troubled.expectRecovery();
});

it('answers that come too late are not, and what they said of is there once or not at all', async () => {
  proxy.slow(7_000);
  const held = 'refused after a wait';
  await troubled.expectWhileItLasts({ writes: held, reads: held, health: 503, says: /no answer|did not answer/ });
  proxy.slow(0);
  // The last late answers have come by then.
  await sleep(1_000);
  await troubled.expectRecovery();
  expect(troubled.service.process.exitCode).toBeNull();
});
