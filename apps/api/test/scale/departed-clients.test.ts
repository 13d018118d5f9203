import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { tokenFor } from '../support/tokens.js';

/** Locks every table that holds what people run, so that whoever reads it waits. */
const LOCK = `lock table mobile, mobile_revision, blood_glucose_meter, fleet_mobile, fleet_mobile_group, fleet_product,
  fleet_ledger, fleet_reading, fleet_reading_group, fleet_reading_serial, access, erasure in access exclusive mode`;

/** A read waits for a lock for 3.5 s by itself. */
const SOON = { timeout: 2_500, interval: 50 };

const T = '/dhos/v1/telemetry';
const PRODUCT = 'audience=patient&app_product=GDM';

let database: SuiteDatabase;
let service: Service;
let url: string;
let token: string;

beforeAll(async () => {
  database = await startSuiteDatabase();
  service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
  url = await service.url();
  token = await tokenFor({
    scope: 'read:gdm_telemetry_all read:gdm_telemetry_fleet export:gdm_telemetry_all erase:gdm_telemetry_all',
    metadata: { system_id: 'support' },
  });
  const isBuilt = async () => (await callOverHttp(url, 'GET', `${T}/patients`, { token })).status === 200;
  await vi.waitUntil(isBuilt, { timeout: 60_000, interval: 100 });
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
});

/** How many reads wait for a lock; the fold's own locks are not meant. */
async function waiting(): Promise<number> {
  const [row] = await database.sql(`select count(*)::integer as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query not like 'lock table%'`);
  return Number(row?.['n']);
}

/** Calls back while every read waits. */
async function whileLocked(then: () => Promise<void>): Promise<void> {
  const holder = await database.session();
  try {
    await holder.query(`begin; ${LOCK}`);
    await then();
  } finally {
    await holder.end();
  }
}

const calls: Readonly<Record<string, readonly string[]>> = {
  lists: [
    '/dhos/v1/patient/p/installation',
    '/dhos/v1/patient/p/blood_glucose_meter',
    '/dhos/v1/patient/p/installation/i/revision',
  ],
  'a summary, searches and personal data': [
    `${T}/people/p/personal_data`,
    '/dhos/v1/patient/p/device_summary',
    `${T}/patients`,
    `${T}/blood_glucose_meters`,
  ],
  // One report is read at a time.
  'the report of products': [`${T}/reports/products`],
  'the report of adoption': [`${T}/reports/adoption?${PRODUCT}`],
  'the report of a breakdown': [`${T}/reports/breakdown?${PRODUCT}&by=model`],
  'the report of meters': [`${T}/reports/meter_verification`],
  'exports, accesses and receipts': [
    `${T}/export/patient_installations`,
    `${T}/export/revisions`,
    `${T}/accesses`,
    `${T}/erasures`,
  ],
};

it.each(Object.keys(calls))('%s end in the database when their clients go away', async (name) => {
  const paths = calls[name] ?? [];
  const leaving = new AbortController();
  await whileLocked(async () => {
    const left = Promise.allSettled(
      paths.map((path) =>
        fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` }, signal: leaving.signal }),
      ),
    );
    await expect.poll(waiting).toBeGreaterThanOrEqual(paths.length);
    leaving.abort();
    expect((await left).map(({ status }) => status)).toEqual(paths.map(() => 'rejected'));
    await expect.poll(waiting, SOON).toBe(0);
  });
});

it('are counted with a status of their own, and were no accesses', async () => {
  const count = Object.values(calls).flat().length;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counts = [...metrics.matchAll(/^http_request_duration_seconds_count{.*status="499"} (\d+)$/gm)];
  expect(counts.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(count);
  expect(await database.sql('select operation from access where status = 499')).toEqual([]);
});

it('a client that only closes its sending side gets its answer, after signs of life', async () => {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  const answered = text(socket);
  await whileLocked(async () => {
    socket.end(`GET ${T}/patients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await expect.poll(waiting).toBe(1);
    await sleep(600);
    expect(await waiting()).toBe(1);
  });
  expect(await answered).toMatch(/^(HTTP\/1.1 102 Processing\r\n\r\n)+HTTP\/1.1 200 OK\r\n/);
});
