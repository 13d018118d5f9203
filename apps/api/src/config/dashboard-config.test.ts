import { expect, test } from 'vitest';
import { PRODUCTION } from '../../test/support/loading-config.js';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';
import type { Env } from './read-settings.js';

const AUTH0 = { AUTH0_DOMAIN: 'https://login.test/', AUTH0_AUDIENCE: 'us', AUTH0_JWKS_URL: 'https://login.test/keys' };
const SIGN_IN = {
  DASHBOARD_CLIENT_ID: 'client',
  DASHBOARD_CLIENT_SECRET: 'secret',
  DASHBOARD_URL: 'https://telemetry.test/dashboard',
  DASHBOARD_SESSION_KEY: 's'.repeat(32),
};
const ALL = { ...PRODUCTION, ...AUTH0, ...SIGN_IN };
const LOCAL = { ...ALL, AUTH0_DOMAIN: 'http://localhost:3000', DASHBOARD_URL: 'http://127.0.0.1:5000/dashboard/' };

const load = (env: Env) => loadConfig(env, () => `${'f'.repeat(40)}\n`);

function faultsOf(env: Env): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ name, problem }) => `${name} ${problem}`);
  }
}

test('people sign in with the AUTH0 issuer, once it is set how', () => {
  expect(load(ALL).dashboard).toEqual({
    issuer: new URL('https://login.test/'),
    audience: 'us',
    clientId: 'client',
    clientSecret: 'secret',
    url: new URL('https://telemetry.test/dashboard/'),
    sessionKey: 's'.repeat(32),
  });
  expect(load({ ...PRODUCTION, ...AUTH0 }).dashboard).toBeUndefined();
  expect(load({ ...ALL, HTTPS_PROXY: 'proxy.test:3128' }).dashboard?.proxy).toEqual(new URL('http://proxy.test:3128'));
});

test('secrets come from files as well; the client’s own may be missing', () => {
  const { DASHBOARD_CLIENT_SECRET: _, DASHBOARD_SESSION_KEY: __, ...rest } = ALL;
  const read = load({ ...rest, DASHBOARD_SESSION_KEY_FILE: '/key', DASHBOARD_CLIENT_SECRET_FILE: '/secret' }).dashboard;
  expect([read?.sessionKey, read?.clientSecret]).toEqual(['f'.repeat(40), 'f'.repeat(40)]);
  expect(load({ ...rest, DASHBOARD_SESSION_KEY_FILE: '/key' }).dashboard?.clientSecret).toBeUndefined();
});

test.each([
  [{ DASHBOARD_URL: '' }, 'DASHBOARD_URL must be set when DASHBOARD_CLIENT_ID is set'],
  [{ DASHBOARD_URL: 'telemetry.test' }, 'DASHBOARD_URL must be a URL that begins with http:// or https://'],
  [{ DASHBOARD_URL: 'http://localhost/dashboard/' }, 'DASHBOARD_URL must begin with https://'],
  [{ DASHBOARD_URL: 'https://telemetry.test/?x' }, 'DASHBOARD_URL must not have a query or a fragment'],
  [{ DASHBOARD_SESSION_KEY: '' }, 'DASHBOARD_SESSION_KEY must be set, or DASHBOARD_SESSION_KEY_FILE,'],
  [{ DASHBOARD_SESSION_KEY: 's'.repeat(31) }, 'DASHBOARD_SESSION_KEY must have at least 32 bytes'],
  [{ DASHBOARD_SESSION_KEY_FILE: '/key' }, 'DASHBOARD_SESSION_KEY_FILE must not be set together with'],
  [{ DASHBOARD_CLIENT_SECRET_FILE: '/key' }, 'DASHBOARD_CLIENT_SECRET_FILE must not be set together with'],
  [{ AUTH0_DOMAIN: '' }, 'AUTH0_DOMAIN must be set when DASHBOARD_CLIENT_ID is set'],
  [{ AUTH0_DOMAIN: 'login.test' }, 'AUTH0_DOMAIN must begin with https:// when DASHBOARD_CLIENT_ID is set'],
  [{ AUTH0_DOMAIN: 'http://localhost:3000' }, 'AUTH0_DOMAIN must begin with https:// when DASHBOARD_CLIENT_ID is set'],
])('%j: %s', (change, fault) => {
  expect(faultsOf({ ...ALL, ...change })).toEqual([expect.stringContaining(fault)]);
});

test('outside production plain http will do on the same machine, and nowhere else', () => {
  const development = { ...LOCAL, ENVIRONMENT: 'STAGING' };
  expect(load(development).dashboard?.url.href).toBe('http://127.0.0.1:5000/dashboard/');
  expect(faultsOf(LOCAL)).toHaveLength(2);
  expect(faultsOf({ ...development, DASHBOARD_URL: 'http://10.0.0.1/dashboard/' })).toHaveLength(1);
  expect(faultsOf({ ...development, AUTH0_DOMAIN: 'http://10.0.0.1/' })).toHaveLength(1);
});

test('what has no effect is warned about, and so is a misspelling', () => {
  const { DASHBOARD_CLIENT_ID: _, ...rest } = ALL;
  expect(load({ ...rest, DASHBOARD_CLIENTID: 'client' }).warnings).toEqual([
    expect.stringContaining('DASHBOARD_CLIENTID is not a setting'),
    'DASHBOARD_CLIENT_SECRET and DASHBOARD_URL and DASHBOARD_SESSION_KEY set without DASHBOARD_CLIENT_ID: no one signs in with it.',
  ]);
});
