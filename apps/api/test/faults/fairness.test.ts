import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { patientInstallations } from '../support/kinds.js';
import { RawClient } from '../support/raw-client.js';
import { Service } from '../support/service.js';
import { patientToken } from '../support/tokens.js';
import { Database } from './support/database.js';
import { idOf, isSuccess, post } from './support/requests.js';

const CONNECTIONS = 250;

let database: Database;
let service: Service;

beforeAll(async () => {
  database = await Database.start();
  service = await new Service({ ...database.env(), SHUTDOWN_DELAY: '0' }).ready();
});
afterAll(async () => {
  await Service.endAll();
  await database.remove();
});

it('one caller who changes one row from 250 connections is refused, and no one else', async () => {
  const url = await service.url();
  const id = idOf(await post(url, { mark: 'wanted by many' }));
  const { collection, ownerId } = patientInstallations;
  const change = JSON.stringify({ app_version: '2' });
  const request = [
    `PATCH ${collection(ownerId)}/${id} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${await patientToken(ownerId)}`,
    'Content-Type: application/json',
    `Content-Length: ${change.length}`,
    '',
    change,
  ].join('\r\n');
  const port = Number(new URL(url).port);

  const holder = await database.ordinarySession();
  await holder.query(`begin; select from mobile where uuid = '${id}' for update`);
  let isOver = false;
  const statuses: number[][] = [];
  const callers = Array.from({ length: CONNECTIONS }, async () => {
    const client = new RawClient(port);
    const own: number[] = [];
    statuses.push(own);
    while (!isOver) {
      client.send(request);
      own.push((await client.response()).status);
    }
    client.close();
  });

  // Once the oldest of those that wait has waited for so long, 200 of them would be an overload.
  await sleep(500);
  const others: boolean[] = [];
  for (let n = 0; n < 20; n++) others.push(isSuccess(await post(url, { mark: `another ${n}` })));
  await holder.query('commit');
  await holder.end();
  isOver = true;
  await Promise.all(callers);

  expect(others.filter((served) => !served)).toEqual([]);
  const all = statuses.flat();
  expect(new Set(all)).toEqual(new Set([200, 503]));
  expect(all.filter((status) => status === 200).length).toBeGreaterThanOrEqual(64);
  // A client that comes back at once is held back for at least half a second, so that refusing it costs no one anything.
  for (const own of statuses) expect(own.length).toBeLessThan(12);
});
