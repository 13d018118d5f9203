import { OneTimeCodes } from '@polaris-telemetry/dashboard';
import { expect, it } from 'vitest';
import { operationsOf } from '../src/app.js';
import { loadConfig } from '../src/config/load-config.js';
import type { Env } from '../src/config/read-settings.js';
import { loadCodes, loadDashboard } from '../src/dashboard.js';
import { createLog } from '../src/observability/logging/create-log.js';
import { testApp } from './support/test-app.js';
import { HS_KEY, ISSUER, patientToken } from './support/tokens.js';

const log = await createLog({ level: 'ERROR', format: 'json' });
const ENV = { HS_KEY, PROXY_URL: ISSUER.slice(0, -1) };
const SERVER = { DATABASE_HOST: 'db', DATABASE_USER: 'u', DATABASE_PASSWORD: 'p', DATABASE_NAME: 'n' };

const codes = new OneTimeCodes();
const configOf = (env: Env) => loadConfig({ ...ENV, ...env }, () => '');
const dashboardIn = (env: Env) => loadDashboard(configOf(env), log, codes);

async function signedIn() {
  const dashboard = await dashboardIn({ ENVIRONMENT: 'TEST' });
  const { app, dependencies } = testApp({ dashboardOver: dashboard });
  const entered = await app.request(`http://localhost/dashboard/enter?code=${codes.newCode()}`);
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = (path: string) => app.request(`http://localhost${path}`, { headers: { cookie } });
  return { app, dependencies, cookie, get };
}

it('shows what the API answers in the same process, under one request id', async () => {
  const { app, get } = await signedIn();
  const token = await patientToken('patient-1');
  const body = {
    unique_device_code: 'd',
    date_first_launched: '2023-01-31T09:30:00Z',
    app_product: 'GDM',
    app_version: '4.1.0',
    phone_os: 'iOS',
    phone_os_version: '18.3',
    manufacturer: 'Apple',
    model: 'm',
    display_name: 'iPhone 13',
  };
  const posted = await app.request('/dhos/v1/patient/patient-1/installation', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(posted.status).toBe(200);
  const page = await get('/dashboard/patients?app_version_below=4.2');
  expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(page.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  expect(await page.text()).toContain('<bdi class="text">patient-1</bdi>');
});

it('keeps the session from the API: a cookie alone is 401 for every operation', async () => {
  const { app, dependencies, cookie } = await signedIn();
  expect(cookie).toMatch(/^polaris-session=.{100}/);
  const operations = operationsOf(dependencies).filter(({ policy }) => policy.needsToken);
  expect(operations.length).toBeGreaterThan(30);
  for (const { method, path } of operations) {
    const address = path.replaceAll(/\{\w+\}/g, 'id');
    const answer = await app.request(address, { method: method.toUpperCase(), headers: { cookie } });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

it('is there where people can sign in, and nowhere else', async () => {
  expect(await dashboardIn({ ...SERVER })).toBeUndefined();
  expect(await dashboardIn({ ...SERVER, ENVIRONMENT: 'DEVELOPMENT' })).toBeUndefined();
  expect(await dashboardIn({ ENVIRONMENT: 'STAGING' })).toBeUndefined();
  const signIn = {
    AUTH0_DOMAIN: 'https://login.test/',
    AUTH0_AUDIENCE: 'us',
    AUTH0_JWKS_URL: 'https://login.test/keys',
    DASHBOARD_CLIENT_ID: 'client',
    DASHBOARD_URL: 'https://telemetry.test/dashboard/',
    DASHBOARD_SESSION_KEY: 's'.repeat(32),
  };
  const inProduction = await dashboardIn({ ...SERVER, ...signIn });
  expect(inProduction).toBeDefined();
  // No way in of development's, whatever is asked for.
  expect(await loadCodes(configOf({ ...SERVER, ...signIn }))).toBeUndefined();
  const { app } = testApp({ dashboardOver: inProduction, production: true });
  const page = await app.request('https://telemetry.test/dashboard/sign-in');
  expect(await page.text()).not.toContain('textarea');
  const form = { method: 'POST', body: 'token=x', headers: { origin: 'https://telemetry.test' } };
  expect((await app.request('https://telemetry.test/dashboard/sign-in', form)).status).toBe(404);
  expect((await app.request(`https://telemetry.test/dashboard/enter?code=${codes.newCode()}`)).status).toBe(404);
  expect((await testApp().app.request('/dashboard/')).status).toBe(404);
});
