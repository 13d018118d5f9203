import { describe, expect, it } from 'vitest';
import { operationsOf } from '../src/app.js';
import type { Operation } from '../src/pipeline/operation.js';
import { clientOf } from './support/client.js';
import { testApp } from './support/test-app.js';
import { readAllToken, systemToken, tokenFor } from './support/tokens.js';

const { app, dependencies } = testApp();
const call = clientOf(app);
const OWN = 'read:gdm_telemetry write:gdm_telemetry';

/** Every operation there is, as the application mounts them: a new one is in these tests by itself. */
const operations = operationsOf(dependencies);
const withToken = operations.filter(({ policy }) => policy.who !== 'anyone');
const ofOwners = operations.filter(({ policy }) => policy.who === 'owner');

const named = (list: readonly Operation[]) =>
  list.map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation] as const);
const pathOf = ({ path }: Operation) => path.replace(/\{\w+\}/, 'owner-1').replace(/\{\w+\}/, 'record-1');
const methodOf = ({ method }: Operation) => method.toUpperCase();
const claimOf = ({ policy }: Operation) => (policy.who === 'owner' ? policy.claim : '');
const isWrite = ({ method }: Operation) => method !== 'get';

it('knows every route of the application', async () => {
  const mounted = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  for (const [name] of named(operations)) expect(mounted).toContain(name);
  // What is mounted beside them may be had by anyone: the documentation.
  const others = mounted.filter((name) => !named(operations).some(([known]) => known === name));
  expect(others.filter((name) => !/^GET \/(openapi\.(json|yaml)|ui.*)$/.test(name))).toEqual([]);
  expect(
    ofOwners.map(({ path }) => path).every((path) => /^\/dhos\/v1\/(patient|clinician)\/\{\w+_id\}\//.test(path)),
  ).toBe(true);
});

describe.each(named(withToken))('%s', (_, operation) => {
  const ask = (headers: Record<string, string>) => call(methodOf(operation), pathOf(operation), { headers });

  it.each([
    ['no token', {}],
    ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['an empty token', { Authorization: 'Bearer ' }],
    ['garbage', { Authorization: 'Bearer a.b.c' }],
    ['a token in the wrong header', { 'X-Authorization': 'Bearer a.b.c' }],
  ])('refuses %s: 401', async (_name, headers) => {
    const answer = await ask(headers as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
    expect(answer.json).toMatchObject({ status: 401, title: 'Unauthorized', type: 'about:blank' });
  });

  it('refuses a token that has expired: 401', async () => {
    const metadata = { patient_id: 'owner-1', clinician_id: 'owner-1', system_id: 's' };
    const token = await tokenFor({ scope: OWN, metadata, expiresIn: -1 });
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('refuses two Authorization headers: 401', async () => {
    const metadata = { patient_id: 'owner-1', clinician_id: 'owner-1', system_id: 's' };
    const good = `Bearer ${await tokenFor({ scope: OWN, metadata })}`;
    expect((await ask({ Authorization: `${good}, ${good}` })).status).toBe(401);
  });

  it('takes the scheme in any case', async () => {
    const metadata = { patient_id: 'owner-1', clinician_id: 'owner-1', system_id: 's' };
    const token = await tokenFor({ scope: OWN, metadata });
    expect((await ask({ Authorization: `bEARER ${token}` })).status).not.toBe(401);
  });
});

describe.each(named(ofOwners))('%s', (_, operation) => {
  const ask = async (scope: string, metadata: unknown) =>
    (await call(methodOf(operation), pathOf(operation), { token: await tokenFor({ scope, metadata }) })).status;
  /** What an authorised request comes to: there is no such record, or no body. */
  const permitted = isWrite(operation) ? [400] : operation.path.endsWith('latest_installation') ? [200] : [404];

  it('lets the owner in', async () => {
    expect(permitted).toContain(await ask(OWN, { [claimOf(operation)]: 'owner-1' }));
    expect(permitted).toContain(await ask(OWN, { [claimOf(operation)]: ['owner-0', 'owner-1'] }));
  });

  it('lets nobody else in: 403', async () => {
    const others = [
      {},
      { [claimOf(operation)]: 'owner-2' },
      { [claimOf(operation)]: ['owner-2'] },
      { [claimOf(operation)]: '' },
      { [claimOf(operation)]: { 'owner-1': true } },
      { [claimOf(operation) === 'patient_id' ? 'clinician_id' : 'patient_id']: 'owner-1' },
      { system_id: 'owner-1', device_id: 'owner-1' },
      'owner-1',
      null,
      ['owner-1'],
    ];
    for (const metadata of others) expect(await ask(OWN, metadata), JSON.stringify(metadata)).toBe(403);
  });

  it('wants the scope too: 403', async () => {
    const wrong = isWrite(operation) ? 'read:gdm_telemetry' : 'write:gdm_telemetry';
    for (const scope of [wrong, '', 'xread:gdm_telemetry', `${wrong},${OWN.replaceAll(' ', ',')}`]) {
      expect(await ask(scope, { [claimOf(operation)]: 'owner-1' }), scope).toBe(403);
    }
  });

  it(`${isWrite(operation) ? 'keeps out' : 'lets in'} who may read everything`, async () => {
    const answer = await call(methodOf(operation), pathOf(operation), { token: await readAllToken() });
    expect(isWrite(operation) ? [403] : permitted).toContain(answer.status);
  });

  it('asks for permission before it looks at ids, body or record', async () => {
    const token = await tokenFor({ scope: OWN, metadata: { [claimOf(operation)]: 'x' } });
    const path = pathOf(operation).replace('record-1', 'r'.repeat(99)).replace('owner-1', 'o'.repeat(99));
    const body = isWrite(operation) ? { body: '{', headers: { 'Content-Type': 'text/plain' } } : {};
    expect((await call(methodOf(operation), path, { token, ...body })).status).toBe(403);
  });
});

describe('POST /drop_data', () => {
  it('is for systems', async () => {
    expect((await call('POST', '/drop_data', { token: await systemToken() })).status).toBe(200);
    for (const system_id of ['', ['s'], 5, undefined]) {
      const token = await tokenFor({ scope: OWN, metadata: { system_id, patient_id: 'p' } });
      expect((await call('POST', '/drop_data', { token })).status, String(system_id)).toBe(403);
    }
  });

  it('is refused unless it is allowed, and is not there in production', async () => {
    const token = await systemToken();
    const forbidden = clientOf(testApp({ allowDropData: false }).app);
    expect((await forbidden('POST', '/drop_data', { token })).status).toBe(403);
    const production = clientOf(testApp({ production: true }).app);
    expect((await production('POST', '/drop_data', { token })).status).toBe(404);
  });
});
