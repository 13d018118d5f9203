import { describe, expect, it } from 'vitest';
import { operationsOf } from '../src/app.js';
import type { Operation } from '../src/pipeline/operation.js';
import { clientOf } from './support/client.js';
import { permissionOf } from './support/permissions.js';
import { testApp } from './support/test-app.js';
import { systemToken, type TokenOptions, tokenFor } from './support/tokens.js';

const { app, dependencies } = testApp();
const call = clientOf(app);
const OWN = 'read:gdm_telemetry write:gdm_telemetry';

/** Every operation there is, as the application mounts them: a new one is in these tests by itself. */
const operations = operationsOf(dependencies);
const withToken = operations.filter(({ policy }) => policy.needsToken);

const named = (list: readonly Operation[]) =>
  list.map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation] as const);
const pathOf = ({ path }: Operation) => path.replace(/\{\w+\}/, 'owner-1').replace(/\{\w+\}/, 'record-1');
const methodOf = ({ method }: Operation) => method.toUpperCase();

it('knows every route of the application', async () => {
  const mounted = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  for (const [name] of named(operations)) expect(mounted).toContain(name);
  // What is mounted beside them may be had by anyone: the documentation.
  const others = mounted.filter((name) => !named(operations).some(([known]) => known === name));
  expect(others.filter((name) => !/^GET \/(openapi\.(json|yaml)|ui.*)?$/.test(name))).toEqual([]);
  const open = operations.filter(({ policy }) => !policy.needsToken).map(({ path }) => path);
  expect(open).toEqual(['/running', '/version', '/healthcheck', '/metrics', '/debug']);
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

describe.each(named(withToken))('%s', (_, operation) => {
  const ask = async (token: TokenOptions, path = pathOf(operation)) =>
    (await call(methodOf(operation), path, { token: await tokenFor(token) })).status;
  const { permitted, refused } = permissionOf(operation.policy);

  it('admits those whom its policy permits', async () => {
    // There is no such record, or no body.
    for (const token of permitted) expect([200, 400, 404], JSON.stringify(token)).toContain(await ask(token));
  });

  it('admits no one else: 403', async () => {
    for (const token of refused) expect(await ask(token), JSON.stringify(token)).toBe(403);
  });

  it('asks for permission before it looks at ids, body, query or record', async () => {
    const path = pathOf(operation).replace('record-1', 'r'.repeat(99)).replace('owner-1', 'o'.repeat(99));
    const token = await tokenFor(refused[0] ?? {});
    const body = operation.method === 'get' ? {} : { body: '{', headers: { 'Content-Type': 'text/plain' } };
    expect((await call(methodOf(operation), `${path}?unknown=%zz`, { token, ...body })).status).toBe(403);
  });
});

describe('POST /drop_data', () => {
  it('is refused unless it is allowed, and is not there in production', async () => {
    const token = await systemToken();
    const forbidden = clientOf(testApp({ allowDropData: false }).app);
    expect((await forbidden('POST', '/drop_data', { token })).status).toBe(403);
    const production = clientOf(testApp({ production: true }).app);
    expect((await production('POST', '/drop_data', { token })).status).toBe(404);
  });
});
