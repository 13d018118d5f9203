import { describe, expect, test } from 'vitest';
import { faultsOf, KEY, load, PRODUCTION, SERVER } from '../../test/support/loading-config.js';
import { DEVELOPMENT_HS_KEY } from './development-defaults.js';

describe('the public development key', () => {
  const NEWCOMER = { ENVIRONMENT: 'DEVELOPMENT', PROXY_URL: 'https://platform.test' };
  const PUBLIC = { ...NEWCOMER, HS_KEY: DEVELOPMENT_HS_KEY };

  test.each(['STAGING', 'DEMO', 'TRAINING'])('is believed neither by default nor by hand in %s', (ENVIRONMENT) => {
    expect(faultsOf({ ...NEWCOMER, ENVIRONMENT })).toEqual(['HS_KEY']);
    expect(faultsOf({ ...PUBLIC, ENVIRONMENT })).toEqual(['HS_KEY']);
    expect(faultsOf({ ...NEWCOMER, ENVIRONMENT, HS_KEY: KEY })).toEqual([]);
  });

  test.each(['DEVELOPMENT', 'TEST'])('is not believed beside a database server in %s', (ENVIRONMENT) => {
    expect(faultsOf({ ...NEWCOMER, ENVIRONMENT })).toEqual([]);
    expect(faultsOf({ ...NEWCOMER, ...SERVER, ENVIRONMENT })).toEqual(['HS_KEY']);
    expect(faultsOf({ ...PUBLIC, ...SERVER, ENVIRONMENT })).toEqual(['HS_KEY']);
    expect(() => load({ ...NEWCOMER, ...SERVER, ENVIRONMENT })).toThrow('when DATABASE_… names a server');
    expect(faultsOf({ ...NEWCOMER, ...SERVER, ENVIRONMENT, HS_KEY: KEY })).toEqual([]);
  });

  test.each([
    [NEWCOMER, '127.0.0.1'],
    [PUBLIC, '127.0.0.1'],
    [{ ...NEWCOMER, LISTEN_ADDRESS: '0.0.0.0' }, '0.0.0.0'],
    [{ ...NEWCOMER, HS_KEY: KEY }, '0.0.0.0'],
  ])('%j listens on %s', (env, address) => {
    expect(load(env).listen.address).toBe(address);
  });
});

describe('what tokens must name exactly', () => {
  const AUTH0 = { AUTH0_AUDIENCE: 'x', AUTH0_JWKS_URL: 'https://login.test/keys' };

  test.each([
    ' https://platform.test',
    'https://platform.test ',
    'https://plat form.test',
    'https://platform.test\n',
    '\u200bhttps://p.test',
    'https://p.test\x7f',
  ])('refuses blanks and control characters: %j', (value) => {
    expect(faultsOf({ ...PRODUCTION, PROXY_URL: value })).toEqual(['PROXY_URL']);
    expect(faultsOf({ ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN: value })).toEqual(['AUTH0_DOMAIN']);
    expect(faultsOf({ ...PRODUCTION, DATABASE_HOST: value })).toEqual(['DATABASE_HOST']);
  });

  test.each(['AUTH0_AUDIENCE', 'AUTH0_METADATA', 'AUTH0_SCOPE_KEY', 'DATABASE_USER', 'DATABASE_NAME'])(
    'refuses blanks around %s',
    (name) => {
      const env = { ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN: 'https://login.test/' };
      for (const value of [' a', 'a\n', 'a\tb']) expect(faultsOf({ ...env, [name]: value })).toEqual([name]);
      expect(faultsOf({ ...env, [name]: 'a b' })).toEqual([]);
    },
  );

  test.each<[string, RegExp[]]>([
    ['https://platform.test', []],
    ['HTTP://platform.test', []],
    ['https://platform.test/', [/PROXY_URL ends with a slash.*two slashes/]],
    ['platform.test', [/PROXY_URL does not begin with https/]],
    ['https:platform.test', [/PROXY_URL does not begin with https/]],
    ['https:///', [/PROXY_URL does not begin with https/, /ends with a slash/]],
  ])('warns of what platforms seldom sign: %s', (PROXY_URL, warnings) => {
    const config = load({ ...PRODUCTION, PROXY_URL });
    expect(config.tokens.internal.issuer).toBe(`${PROXY_URL}/`);
    expect(config.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });

  test.each<[string, RegExp[]]>([
    ['https://login.test', []],
    ['https://tenant.eu.auth0.com/', []],
    ['https://tenant.eu.auth0.com', [/AUTH0_DOMAIN has no slash at its end/]],
    ['tenant.auth0.com', [/AUTH0_DOMAIN does not begin with https/, /no slash at its end/]],
  ])('warns of an AUTH0 issuer that Auth0 is not: %s', (AUTH0_DOMAIN, warnings) => {
    const config = load({ ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN });
    expect(config.tokens.auth0?.issuer).toBe(AUTH0_DOMAIN);
    expect(config.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });

  test.each(['https://user@login.test/keys', 'https://user:secret@login.test/keys', 'https://login.test/ keys'])(
    'refuses an address of keys that cannot be fetched: %s',
    (AUTH0_JWKS_URL) => {
      const env = { ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN: 'https://login.test/', AUTH0_JWKS_URL };
      expect(faultsOf(env)).toEqual(['AUTH0_JWKS_URL']);
    },
  );

  test('warns of a blank at an end of the secret', () => {
    expect(load({ ...PRODUCTION, HS_KEY: `${KEY}\n` }).warnings).toEqual([
      expect.stringMatching(/HS_KEY begins or ends/),
    ]);
  });
});

describe('the AUTH0 issuer', () => {
  const AUTH0 = {
    AUTH0_DOMAIN: 'https://login.test/',
    AUTH0_AUDIENCE: 'https://telemetry.test/',
    AUTH0_JWKS_URL: 'https://login.test/.well-known/jwks.json',
  };

  test('with its defaults', () => {
    expect(load({ ...PRODUCTION, ...AUTH0 }).tokens.auth0).toEqual({
      issuer: 'https://login.test/',
      audience: 'https://telemetry.test/',
      jwksUrl: new URL('https://login.test/.well-known/jwks.json'),
      metadataClaim: 'https://gdm.sensynehealth.com/metadata',
      scopeClaim: 'https://gdm.sensynehealth.com/scope',
    });
  });

  test.each([
    ['https://x.test/a/metadata', 'https://x.test/a/scope'],
    ['https://x.test/metadata', 'https://x.test/scope'],
    ['https://x.test', 'scope'],
    ['metadata', 'scope'],
    ['a/metadata', 'a/scope'],
    ['/metadata', '/scope'],
  ])('scopes beside %s', (AUTH0_METADATA, scopeClaim) => {
    expect(load({ ...PRODUCTION, ...AUTH0, AUTH0_METADATA }).tokens.auth0).toMatchObject({ scopeClaim });
    const named = load({ ...PRODUCTION, ...AUTH0, AUTH0_METADATA, AUTH0_SCOPE_KEY: 'permissions' });
    expect(named.tokens.auth0).toMatchObject({ scopeClaim: 'permissions' });
  });

  test.each(['AUTH0_AUDIENCE', 'AUTH0_JWKS_URL'])('without %s', (name) => {
    expect(faultsOf({ ...PRODUCTION, ...AUTH0, [name]: undefined })).toEqual([name]);
  });

  test('is off without its domain, and this is said', () => {
    const config = load({ ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN: undefined });
    expect(config.tokens).not.toHaveProperty('auth0');
    expect(config.warnings).toEqual([expect.stringContaining('the AUTH0 issuer is off')]);
  });

  test('is warned of when its keys come by http', () => {
    const config = load({ ...PRODUCTION, ...AUTH0, AUTH0_JWKS_URL: 'http://login.test/keys' });
    expect(config.warnings).toEqual([expect.stringContaining('AUTH0_JWKS_URL begins with http://')]);
    expect(load({ ...PRODUCTION, ...AUTH0 }).warnings).toEqual([]);
  });

  test('is not the internal issuer', () => {
    expect(faultsOf({ ...PRODUCTION, ...AUTH0, AUTH0_DOMAIN: 'https://platform.test/' })).toEqual(['AUTH0_DOMAIN']);
  });

  test.each(['login.test', 'file:///etc/passwd', 'javascript:1', '//login.test/x'])('no such address: %s', (url) => {
    expect(faultsOf({ ...PRODUCTION, ...AUTH0, AUTH0_JWKS_URL: url })).toEqual(['AUTH0_JWKS_URL']);
  });
});
