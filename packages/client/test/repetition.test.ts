import { describe, expect, it } from 'vitest';
import { type NewPatientInstallation, TelemetryError } from '../src/index.js';
import { answer, LOST, problem, scriptedService } from './support/scripted-service.js';

const phone: NewPatientInstallation = {
  unique_device_code: 'device-1',
  date_first_launched: '2026-01-31T09:30:00+01:00',
  app_product: 'GDM',
  app_version: '4.2.0',
  phone_os: 'iOS',
  phone_os_version: '18.3',
  manufacturer: 'Apple',
  model: 'iPhone14,5',
  display_name: 'iPhone 13',
};
const record = { ...phone, uuid: 'one', patient_id: 'p' };
const at_once = { 'Retry-After': '0' };

const cutOff = () => Promise.resolve(new Response(new ReadableStream({ start: (body) => body.error(LOST) })));

describe('a POST', () => {
  it.each([
    ['a lost connection', LOST],
    ['an answer that was cut off', cutOff],
    ['503', problem(503, at_once)],
    ['the first attempt still under way', problem(409, at_once)],
    ['a balancer without a service', new Response('<h1>502</h1>', { status: 502, headers: at_once })],
  ])('is repeated with the same key after %s', async (_, first) => {
    const { client, sent } = scriptedService([first, answer(200, record)]);
    expect(await client.registerPatientInstallation('p', phone)).toEqual(record);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.headers['Idempotency-Key']).toMatch(/^[\w-]{20,}$/);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('has a key of its own, unless it is given one', async () => {
    const { client, sent } = scriptedService([answer(200, record), answer(200, record), answer(200, record)]);
    await client.registerPatientInstallation('p', phone);
    await client.registerPatientInstallation('p', phone);
    await client.registerPatientInstallation('p', phone, { idempotencyKey: 'mine' });
    const keys = sent.map(({ headers }) => headers['Idempotency-Key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
  });

  it.each([400, 401, 403, 404, 413, 415, 422, 500])('is not repeated after %d', async (status) => {
    const { client, sent } = scriptedService([problem(status, { 'X-Request-ID': 'r1' })]);
    const error = await client.registerPatientInstallation('p', phone).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TelemetryError);
    expect(error).toMatchObject({ status, problem: { status }, requestId: 'r1', message: `No: ${status}` });
    expect(sent).toHaveLength(1);
  });
});

describe('attempts', () => {
  it.each(['.', '..'])(
    'are not made with the id %j: URL parsers would drop it, and call another operation',
    async (id) => {
      const { client, sent } = scriptedService([]);
      for (const call of [
        client.personalData(id),
        client.patientInstallation(id, 'x'),
        client.latestPatientInstallation(id),
      ]) {
        await expect(call).rejects.toThrow(/An id of "\." or "\.\." cannot be part of a URL/);
      }
      expect(sent).toEqual([]);
    },
  );

  it.each(['...', '.x', 'a/../b', '..?'])('are made with the id %j', async (id) => {
    const { client, sent } = scriptedService([answer(200, record)]);
    await client.latestPatientInstallation(id);
    expect(sent).toHaveLength(1);
  });

  it('wait as long as Retry-After says', async () => {
    const { client } = scriptedService([problem(503, { 'Retry-After': '1' }), answer(200, { running: true })]);
    const start = performance.now();
    await client.running();
    expect(performance.now() - start).toBeGreaterThan(990);
  });

  it('end where Retry-After asks for more than half a minute', async () => {
    const { client, sent } = scriptedService([problem(503, { 'Retry-After': '31' })]);
    await expect(client.running()).rejects.toMatchObject({ status: 503 });
    expect(sent).toHaveLength(1);
  });

  it('end after as many as were asked for, with the last reason', async () => {
    const { client, sent } = scriptedService([problem(503, at_once), LOST, LOST], { retries: 1 });
    await expect(client.running()).rejects.toMatchObject({ status: undefined, cause: LOST });
    expect(sent).toHaveLength(2);
  });

  it('have a time limit each, for the whole answer', async () => {
    const hangs = (init: RequestInit) =>
      new Promise<Response>((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const { client, sent } = scriptedService([hangs, answer(200, { running: true })], { timeout: 50 });
    expect(await client.running()).toEqual({ running: true });
    expect(sent).toHaveLength(2);
  });

  it('end with the caller’s signal, and with its reason', async () => {
    const controller = new AbortController();
    const { client, sent } = scriptedService([problem(503, { 'Retry-After': '20' })]);
    const call = client.running({ signal: controller.signal });
    const reason = new Error('no longer wanted');
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
    expect(sent).toHaveLength(1);
  });
});

describe('a PATCH by ETag', () => {
  const options = { etag: '"old"' };

  it('that meets what its lost attempt made is a success', async () => {
    const { client, sent } = scriptedService([LOST, problem(412), answer(200, { ...record, app_version: '5' })]);
    const change = { app_version: '5' };
    expect(await client.updatePatientInstallation('p', 'one', change, options)).toMatchObject(change);
    expect(sent.map(({ method }) => method)).toEqual(['PATCH', 'PATCH', 'GET']);
    expect(sent[1]?.headers['If-Match']).toBe('"old"');
  });

  it('that meets another’s change is refused, repeated or not', async () => {
    const repeated = scriptedService([LOST, problem(412), answer(200, record)]);
    const change = { app_version: '5' };
    const late = repeated.client.updatePatientInstallation('p', 'one', change, options);
    await expect(late).rejects.toMatchObject({ status: 412 });
    const first = scriptedService([problem(412)]);
    const refused = first.client.updatePatientInstallation('p', 'one', change, options);
    await expect(refused).rejects.toMatchObject({ status: 412 });
  });
});
