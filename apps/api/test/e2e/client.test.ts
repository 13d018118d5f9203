import { join } from 'node:path';
import { etagOf, TelemetryError } from '@polaris-telemetry/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientCalls } from '../support/client-calls.js';
import { type ClientWorld, clientWorld, phone } from '../support/client-world.js';
import { type LossyProxy, lossyProxyTo } from '../support/lossy-proxy.js';
import { remove, Service, temporaryFolder } from '../support/service.js';

/** packages/client against the service as it is in production. */
const folder = temporaryFolder();
let url: string;
let world: ClientWorld;
/** Method and path of every request. */
const requests: string[] = [];

beforeAll(async () => {
  const env = { ENVIRONMENT: 'PRODUCTION', DATABASE_EMBEDDED: 'true', DATABASE_EMBEDDED_FOLDER: join(folder, 'data') };
  url = await (await new Service(env).ready()).url();
  world = clientWorld(url, (target, init) => {
    requests.push(`${init?.method} ${new URL(String(target)).pathname}`);
    return fetch(target, init);
  });
});
afterAll(async () => {
  await Service.endAll();
  remove(folder);
});

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

describe('every operation of the document', () => {
  it('is called by a method of the client, which gets an answer', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
    );
    expect(operations.length).toBeGreaterThan(25);
    for (const { path, method, operationId } of operations) {
      requests.length = 0;
      const call = clientCalls[operationId as keyof typeof clientCalls];
      expect(
        call,
        `${operationId}: run npm run generate-client, name the operation in packages/client/src`,
      ).toBeDefined();
      expect(await call(world), operationId).toBeTruthy();
      const pattern = new RegExp(`^${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      expect(requests.at(-1), operationId).toMatch(pattern);
    }
  });
});

describe('through a proxy that loses one answer in five', () => {
  let proxy: LossyProxy;
  let far: ClientWorld;

  beforeAll(async () => {
    proxy = await lossyProxyTo(url, 5);
    far = clientWorld(proxy.url);
  });
  afterAll(() => proxy.close());

  it('makes no record twice, and loses none', async () => {
    const patientId = 'patient behind a bad line';
    const client = far.of(patientId);
    const codes = Array.from({ length: 40 }, (_, number) => `phone ${number}`);
    const made = await Promise.all(
      codes.map((code) => client.registerPatientInstallation(patientId, { ...phone, unique_device_code: code })),
    );
    expect(proxy.lost()).toBeGreaterThan(8);
    const listed = await all(far.staff.patientInstallations(patientId, { pageSize: 7 }));
    expect(listed.map(({ unique_device_code }) => unique_device_code).toSorted()).toEqual(codes.toSorted());
    expect(listed.map(({ uuid }) => uuid).toSorted()).toEqual(made.map(({ uuid }) => uuid).toSorted());
  });

  it('changes a record by its ETag once each time, and never takes its own change for another client’s', async () => {
    const { patient, patientId } = far;
    let record = await patient.registerPatientInstallation(patientId, phone);
    const before = proxy.lost();
    for (let version = 1; version <= 20; version++) {
      const etag = etagOf(record);
      if (etag === undefined) throw new Error('a record has an ETag');
      const change = { app_version: `${version}.0` };
      record = await patient.updatePatientInstallation(patientId, record.uuid, change, { etag });
      expect(record.app_version).toBe(`${version}.0`);
    }
    expect(proxy.lost()).toBeGreaterThan(before + 3);
    const revisions = await all(patient.patientInstallationRevisions(patientId, record.uuid));
    expect(revisions.map(({ record: { app_version } }) => app_version)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => `${20 - index}.0`),
      phone.app_version,
    ]);
  });
});

describe('what goes wrong', () => {
  it('is a TelemetryError with status, problem and request id', async () => {
    const { patient, patientId } = world;
    const wrong = { ...phone, app_version: 4 as unknown as string };
    const error = await patient.registerPatientInstallation(patientId, wrong).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TelemetryError);
    expect(error).toMatchObject({
      status: 400,
      problem: { title: 'Bad Request', errors: [{ path: '/app_version' }] },
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    await expect(patient.latestPatientInstallation('of somebody else')).rejects.toMatchObject({ status: 403 });
    await expect(patient.patientInstallation(patientId, 'none')).rejects.toMatchObject({ status: 404 });
  });

  it('is 412 if another client has changed the record since', async () => {
    const { patient, patientId } = world;
    const record = await patient.registerPatientInstallation(patientId, phone);
    const etag = etagOf(record) ?? '';
    await patient.updatePatientInstallation(patientId, record.uuid, { app_version: '5' });
    const late = patient.updatePatientInstallation(patientId, record.uuid, { app_version: '6' }, { etag });
    await expect(late).rejects.toMatchObject({ status: 412 });
    expect((await patient.patientInstallation(patientId, record.uuid)).app_version).toBe('5');
  });

  it('is one key for two different records', async () => {
    const { patient, patientId } = world;
    const options = { idempotencyKey: 'the-first-launch' };
    const first = await patient.registerPatientInstallation(patientId, phone, options);
    expect(await patient.registerPatientInstallation(patientId, phone, options)).toEqual(first);
    const other = patient.registerPatientInstallation(patientId, { ...phone, model: 'FP5' }, options);
    await expect(other).rejects.toMatchObject({ status: 422 });
  });
});
