import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { patientInstallations } from '../support/kinds.js';
import { RawClient } from '../support/raw-client.js';
import { Service } from '../support/service.js';
import { patientToken } from '../support/tokens.js';
import { Database } from './support/database.js';
import { expectExactlyOnce, startWriting, stored } from './support/writers.js';

let database: Database;

beforeAll(async () => {
  database = await Database.start();
});
beforeEach(async () => {
  await database.sql('drop database if exists telemetry with (force)');
  await database.create('telemetry');
});
afterAll(async () => {
  await Service.endAll();
  await database.remove();
});

it.each(['1', '2'])(
  'SIGTERM under load, WORKERS=%s: every request that came in whole is answered, half-sent ones are closed, and it ends',
  async (WORKERS) => {
    const service = await new Service({ ...database.env(), SHUTDOWN_DELAY: '0.5', WORKERS }).ready();
    const url = await service.url();
    const writing = startWriting(url);
    await writing.more(500);
    const halves = await halfSent(await service.port());
    // Held up by a lock when the signal comes, and answered all the same.
    const holder = await database.session();
    await holder.query('begin; lock table desktop in exclusive mode');
    await sleep(300);

    const asked = performance.now();
    service.kill('SIGTERM');
    await sleep(800);
    await holder.end();
    const { code, signal } = await service.exit;
    const took = (performance.now() - asked) / 1000;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(took).toBeGreaterThan(0.5);
    // 10 s are promised; the rest is for a busy machine.
    expect(took).toBeLessThan(15);
    for (const half of halves) await half.end().catch(() => {});

    const { acknowledged, refused } = await writing.end();
    expect(refused).toEqual([]);
    await expectExactlyOnce(database, acknowledged);
    // No one was cut off while the record was stored: everything stored was acknowledged.
    expect([...(await stored(database)).keys()].filter((mark) => !acknowledged.has(mark))).toEqual([]);
  },
);

/** A request line, headers without an end, and a body without one. */
async function halfSent(port: number): Promise<readonly RawClient[]> {
  const path = patientInstallations.collection('p1');
  const headers = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await patientToken('p1')}\r\n`;
  const texts = [
    'POST /dho',
    headers,
    `${headers}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"app_product":`,
  ];
  return texts.map((text) => {
    const client = new RawClient(port);
    client.send(text);
    return client;
  });
}
