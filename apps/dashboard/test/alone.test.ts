import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { readSettings } from '../src/alone/read-settings.js';
import { serve } from '../src/alone/serve.js';
import { browse, cookieJar } from './support/browser.js';
import { AUDIENCE, CLIENT, startProvider } from './support/openid-provider.js';
import { NOTHING_FOUND } from './support/scripted-api.js';

const SCOPE = 'https://gdm.test/scope';
const METADATA = 'https://gdm.test/metadata';
const ALL = {
  API_URL: 'http://api.test:5000',
  DASHBOARD_CLIENT_ID: CLIENT.id,
  DASHBOARD_CLIENT_SECRET: CLIENT.secret,
  DASHBOARD_URL: 'https://telemetry.test/dashboard/',
  DASHBOARD_SESSION_KEY: 's'.repeat(32),
  AUTH0_DOMAIN: 'https://login.test/',
  AUTH0_AUDIENCE: AUDIENCE,
  AUTH0_METADATA: METADATA,
  AUTH0_SCOPE_KEY: SCOPE,
};

const read = (env: Readonly<Record<string, string>>) => readSettings(env, () => `${'f'.repeat(40)}\n`);

test('runs by itself over an API elsewhere: a person signs in, and sees what the API answers', async () => {
  const asked: { url: string | undefined; authorization: string | undefined; requestId: unknown }[] = [];
  const api = createServer(({ url, headers }, response) => {
    asked.push({ url, authorization: headers.authorization, requestId: headers['x-request-id'] });
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(NOTHING_FOUND));
  });
  const free = createServer();
  for (const server of [api, free]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const portOf = (server: typeof api) => (server.address() as AddressInfo).port;
  const url = new URL(`http://127.0.0.1:${portOf(free)}/dashboard/`);
  await once(free.close(), 'close');
  const scopes = 'read:gdm_telemetry_fleet';
  const provider = await startProvider({
    redirectUri: new URL('signed-in', url).href,
    scopes,
    claims: { [SCOPE]: scopes, [METADATA]: { clinician_id: 'c-1' } },
  });
  const lines: object[] = [];
  const settings = read({
    ...ALL,
    ENVIRONMENT: 'TEST',
    API_URL: `http://127.0.0.1:${portOf(api)}`,
    PORT: url.port,
    LISTEN_ADDRESS: '127.0.0.1',
    DASHBOARD_URL: url.href,
    AUTH0_DOMAIN: provider.issuer.origin,
  });
  const { port, stop } = await serve(settings, (line) => lines.push(line));
  expect(port).toBe(Number(url.port));
  const jar = cookieJar();
  const page = await browse(new URL('begin?to=patients%3Fapp_version%3D4.1.0', url), (each) => jar.fetch(each));
  expect([page.status, page.visited.at(-1)]).toEqual([200, new URL('patients?app_version=4.1.0', url).href]);
  expect(asked).toEqual([
    {
      url: '/dhos/v1/telemetry/patients?app_version=4.1.0&total=true',
      authorization: expect.stringMatching(/^Bearer ey/),
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    },
  ]);
  const start = await jar.fetch(new URL('/', url));
  expect(start.headers.get('location')).toBe('/dashboard/');
  expect(await (await fetch(new URL('/running', url))).json()).toEqual({ running: true });
  expect((await fetch(new URL('/dhos/v1/telemetry/patients', url))).status).toBe(404);
  expect(lines).toEqual([]);
  await Promise.all([stop(), provider.stop()]);
  api.closeAllConnections();
  await once(api.close(), 'close');
});

test('names everything that is wrong at once', () => {
  expect(read(ALL).signIn.sessionKey).toBe('s'.repeat(32));
  const { DASHBOARD_SESSION_KEY: _, ...rest } = ALL;
  expect(read({ ...rest, DASHBOARD_SESSION_KEY_FILE: '/key' }).signIn.sessionKey).toBe('f'.repeat(40));
  const namesOf = (env: Readonly<Record<string, string>>) => {
    try {
      return read(env);
    } catch (error) {
      return String(error)
        .match(/^ {2}\w+/gm)
        ?.map((name) => name.trim());
    }
  };
  expect(namesOf({ PORT: 'x' })?.toString().split(',').sort()).toEqual([
    'API_URL',
    'AUTH0_AUDIENCE',
    'AUTH0_DOMAIN',
    'AUTH0_METADATA',
    'AUTH0_SCOPE_KEY',
    'DASHBOARD_CLIENT_ID',
    'DASHBOARD_SESSION_KEY',
    'DASHBOARD_URL',
    'PORT',
  ]);
  expect(namesOf({ ...ALL, API_URL: 'api.test' })).toEqual(['API_URL']);
  expect(namesOf({ ...ALL, DASHBOARD_SESSION_KEY: 'short' })).toEqual(['DASHBOARD_SESSION_KEY']);
  expect(namesOf({ ...ALL, DASHBOARD_SESSION_KEY_FILE: '/key' })).toEqual(['DASHBOARD_SESSION_KEY_FILE']);
});
