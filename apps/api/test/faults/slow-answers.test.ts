import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { meters, patientInstallations } from '../support/kinds.js';
import { proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { expectRefusal, get, post } from './support/requests.js';
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

it('connections that fall silent, although no one has closed them, are replaced', async () => {
  const { url } = troubled;
  // Enough at once that each table has all its connections, and that each of them owes an answer.
  const askAll = (mark: string) =>
    Promise.all(
      [patientInstallations, meters].flatMap((kind) => [
        post(url, { mark: `${mark} ${kind.name}`, kind }),
        get(url, 'any', kind),
      ]),
    );
  await askAll('before');
  await sleep(500);
  await askAll('still before');
  proxy.strand();
  const seen = await askAll('stranded');
  for (const refused of seen) expectRefusal(refused);
  await sleep(1_000);
  await troubled.expectRecovery();
});
