import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions } from '../support/client.js';
import { kinds, patientInstallations } from '../support/kinds.js';
import { callOverHttp } from '../support/over-http.js';
import { RawClient } from '../support/raw-client.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { patientToken, readAllToken, systemToken } from '../support/tokens.js';

/**
 * The service as a newcomer runs it, on the embedded PostgreSQL: real HTTP, real database. Where the suite names another
 * server in DATABASES, on that.
 */
const folder = temporaryFolder();
let database: SuiteDatabase | undefined;
let service: Service;
let url: string;

beforeAll(async () => {
  const cwd = join(folder, 'cwd');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'build-version.txt'), '9.8.7\n');
  writeFileSync(join(cwd, 'build-githash.txt'), 'abc123');
  if (process.env['DATABASES'] !== undefined) database = await startSuiteDatabase();
  const env = database?.env ?? { DATABASE_EMBEDDED_FOLDER: join(folder, 'data') };
  service = new Service({ ...env, ALLOW_DROP_DATA: 'true' }, [], cwd);
  await service.ready();
  url = await service.url();
});
afterAll(async () => {
  await Service.endAll();
  await database?.stop();
  remove(folder);
});

const call = (method: string, path: string, options?: CallOptions) => callOverHttp(url, method, path, options);

describe.each(kinds)('a $name', ({ owner, ownerId, tokenFor, collection, latest, created, body, shown }) => {
  it('lives through its whole life', async () => {
    const token = await tokenFor(ownerId);
    const made = await call('POST', collection(ownerId), { token, body });
    expect(made.status).toBe(created);
    expect(made.json).toMatchObject({ [owner]: ownerId, ...shown, created_by: ownerId, modified_by: ownerId });
    expect(made.json['created']).toBe(made.json['modified']);
    const path = `${collection(ownerId)}/${made.json['uuid']}`;
    const etag = made.headers.get('etag') ?? '';

    expect((await call('GET', path, { token: await readAllToken() })).text).toBe(made.text);
    expect((await call('GET', path, { token, headers: { 'If-None-Match': etag } })).status).toBe(304);

    const headers = { 'If-Match': etag };
    const changed = await call('PATCH', path, { token, body: { app_version: 'é\u{1F469}' }, headers });
    expect(changed.json).toEqual({ ...made.json, app_version: 'é\u{1F469}', modified: changed.json['modified'] });
    expect((await call('PATCH', path, { token, body: {}, headers })).status).toBe(412);
    const unchanged = await call('PATCH', path, { token, body: {} });
    expect(unchanged.text).toBe(changed.text);
    if (latest !== undefined) expect((await call('GET', latest(ownerId), { token })).text).toBe(changed.text);

    const retry = { token, body, headers: { 'Idempotency-Key': `"${ownerId} ${path}"` } };
    const first = await call('POST', collection(ownerId), retry);
    const again = await call('POST', collection(ownerId), retry);
    expect(again).toMatchObject({ status: created, text: first.text });
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect((await call('POST', collection(ownerId), { ...retry, body: { ...body, app_version: '0' } })).status).toBe(
      422,
    );
    expect((await call('GET', `${collection(ownerId)}/none`, { token })).status).toBe(404);
  });
});

describe('the service reports on itself', () => {
  it('on /running and /healthcheck', async () => {
    expect((await call('GET', '/running')).text).toBe('{"running":true}');
    // It counts as ill while the machine keeps it waiting.
    await expect
      .poll(() => call('GET', '/healthcheck'))
      .toMatchObject({ status: 200, json: { status: 'success', timestamp: expect.any(Number) } });
  });

  it('on /version, as its build has written down', async () => {
    expect((await call('GET', '/version')).json).toEqual({ version: '9.8.7', circle: 'unknown', hash: 'abc123' });
  });

  it('on /metrics, by route', async () => {
    const { text, headers } = await call('GET', '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/version",status="200"\} 1/);
    expect(text).toContain('route="/dhos/v1/patient/{patient_id}/installation/{installation_id}"');
    expect(text).not.toContain('p1');
  });

  it('in log and metrics, of what was no request', async () => {
    const client = new RawClient(Number(new URL(url).port));
    client.send('nonsense\r\nX-Request-ID: not-http\r\n\r\n');
    expect((await client.response()).status).toBe(400);
    client.close();
    await service.says(/"route":"unparsed","status":400,"duration":0,"requestId":"not-http"/);
    const counted = 'http_request_duration_seconds_count{method="-",route="unparsed",status="400"} 1';
    // They are a second old at most.
    await expect.poll(async () => (await call('GET', '/metrics')).text).toContain(counted);
  });

  it('on /debug, without what is secret', async () => {
    const headers = { Cookie: 'secret=1', 'X-Secret': 'secret=1', 'User-Agent': 'seen' };
    const { json, text } = await call('GET', '/debug', { token: await systemToken(), headers });
    expect(json).toMatchObject({
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-secret': '[redacted]',
      'user-agent': 'seen',
    });
    expect(text).not.toContain('secret=1');
  });

  it('in its documentation', async () => {
    expect((await call('GET', '/openapi.json')).json).toMatchObject({ openapi: '3.1.0', info: { version: '9.8.7' } });
    expect((await call('GET', '/openapi.yaml')).text).toMatch(/^openapi: 3\.1\.0\n/);
    const redirect = await call('GET', '/ui');
    expect(redirect.status).toBe(308);
    expect(redirect.headers.get('location')).toBe('ui/');
    const home = await call('GET', '/');
    expect([home.status, home.headers.get('location')]).toEqual([307, 'ui/']);
    const page = await call('GET', '/ui/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const [, file] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const answer = await call('GET', `/ui/${file}`);
      expect(answer.status, file).toBe(200);
      const headers = { 'If-None-Match': answer.headers.get('etag') ?? '' };
      if (file !== 'start.js') expect((await call('GET', `/ui/${file}`, { headers })).status, file).toBe(304);
    }
  });

  it('in a log that names no one', async () => {
    const token = await patientToken('p1');
    await call('POST', patientInstallations.collection('p1'), { token, body: patientInstallations.body });
    const { headers } = await call('GET', '/dhos/v1/patient/p1/latest_installation', { token });
    const id = headers.get('x-request-id') ?? '';
    await service.says(new RegExp(id));
    const line = service.stdout.split('\n').find((text) => text.includes(id)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      level: 'INFO',
      method: 'GET',
      route: '/dhos/v1/patient/{patient_id}/latest_installation',
      status: 200,
      duration: expect.any(Number),
      requestId: id,
    });
    expect(service.stdout).not.toContain(token);
    expect(service.stdout).not.toMatch(/patient\/p1|"p1"|127\.0\.0\.1:\d+|Fairphone/);
  });
});

it('takes 200 requests at once, each with its own answer', async () => {
  // So many are let in however slow the machine is; of more, a slow one refuses some rather than have all of them wait.
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const id = `many-${index}`;
      const { collection, body, latest } = patientInstallations;
      const token = await patientToken(id);
      const made = await call('POST', collection(id), { token, body: { ...body, app_version: id } });
      const read = await call('GET', latest?.(id) ?? '', { token });
      if (made.status !== 200 || made.json['app_version'] !== id) return made.text;
      return read.text === made.text ? 'right' : read.text;
    }),
  );
  // What is not right shows itself; the answers of a whole batch look alike.
  expect(new Set(answers)).toEqual(new Set(['right']));
});

it('forgets everything on request', async () => {
  const answer = await call('POST', '/drop_data', { token: await systemToken() });
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ complete: true, time_taken: expect.stringMatching(/^\d+\.\d\ds$/) });
  const token = await patientToken('p1');
  expect((await call('GET', '/dhos/v1/patient/p1/latest_installation', { token })).text).toBe('{}');
});
