import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.js';
import { DEVELOPMENT_HS_KEY, DEVELOPMENT_PROXY_URL } from './development-defaults.js';
import { loadCommandConfig, loadConfig } from './load-config.js';
import type { Env } from './read-settings.js';
import { settings } from './settings.js';

const KEY = 'k'.repeat(32);
const FILES: Readonly<Record<string, string>> = {
  '/secret': 'from a file\n',
  '/crlf': 'from a file\r\n',
  '/spaces': ' two lines \n\n',
  '/empty': '\n',
  '/cert.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
};

function readFile(path: string): string {
  const content = FILES[path];
  if (content === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  return content;
}

const SERVER = { DATABASE_HOST: 'db', DATABASE_USER: 'user', DATABASE_PASSWORD: 'password', DATABASE_NAME: 'name' };
const PRODUCTION = { HS_KEY: KEY, PROXY_URL: 'https://platform.test', ...SERVER };
const DEVELOPMENT = { ENVIRONMENT: 'DEVELOPMENT', HS_KEY: KEY, PROXY_URL: 'https://platform.test' };

function load(env: Env) {
  return loadConfig(env, readFile);
}

/** The names of the faulty variables, in order; none if the configuration is valid. */
function faultsOf(env: Env): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ name }) => name);
  }
}

test('production, with all that it needs', () => {
  expect(load(PRODUCTION)).toEqual({
    environment: 'PRODUCTION',
    production: true,
    listen: { address: '0.0.0.0', port: 5000 },
    database: {
      kind: 'server',
      host: 'db',
      port: 5432,
      user: 'user',
      password: 'password',
      database: 'name',
      sslMode: 'prefer',
      migration: { host: 'db', port: 5432 },
    },
    migrateOnStart: true,
    tokens: { internal: { issuer: 'https://platform.test/', key: KEY }, ignoreValidation: false },
    allowDropData: false,
    accessLogDays: 365,
    log: { level: 'INFO', format: 'json' },
    limits: { bodyBytes: 1_048_576, headerBytes: 16_384, requestTime: 30_000, keepAlive: 75_000, openRequests: 1_000 },
    workers: 'auto',
    telemetry: {},
    shutdownDelay: 2_000,
    warnings: [],
  });
});

test('as many workers as there is room for, or a number of them', () => {
  expect(load({ ...PRODUCTION, WORKERS: 'AUTO' }).workers).toBe('auto');
  expect(load({ ...PRODUCTION, WORKERS: '4' }).workers).toBe(4);
  for (const WORKERS of ['0', 'all', '129', '-1']) {
    expect(() => load({ ...PRODUCTION, WORKERS })).toThrow('WORKERS must be auto, or a whole number from 1 to 128');
  }
});

test('a newcomer, with nothing at all but the environment', () => {
  const config = load({ ENVIRONMENT: 'DEVELOPMENT' });
  expect(config).toMatchObject({
    production: false,
    database: { kind: 'embedded', dataFolder: '.data/postgres' },
    listen: { address: '127.0.0.1' },
    tokens: { internal: { issuer: `${DEVELOPMENT_PROXY_URL}/`, key: DEVELOPMENT_HS_KEY } },
  });
  expect(config.warnings).toEqual([
    expect.stringContaining('PROXY_URL is not set'),
    expect.stringContaining('HS_KEY is not set'),
  ]);
});

test('every fault is reported at once, by name and rule', () => {
  const env = {
    ENVIRONMENT: 'LIVE',
    PORT: 'http',
    SERVER_PORT: '70000',
    DATABASE_HOST: 'db',
    DATABASE_PORT: '0',
    AUTH0_DOMAIN: 'https://login.test/',
    AUTH0_JWKS_URL: 'ftp://login.test/keys',
    IGNORE_JWT_VALIDATION: 'maybe',
    LOG_LEVEL: 'LOUD',
    LOG_FORMAT: 'xml',
    PGSSLMODE: 'allow',
    SHUTDOWN_DELAY: '9',
    BODY_LIMIT: '1e6',
    HS_KEY_FILE: '/missing',
  };
  expect(faultsOf(env)).toEqual([
    'ENVIRONMENT',
    'PORT',
    'SERVER_PORT',
    'DATABASE_PORT',
    'PGSSLMODE',
    'AUTH0_JWKS_URL',
    'IGNORE_JWT_VALIDATION',
    'LOG_LEVEL',
    'LOG_FORMAT',
    'SHUTDOWN_DELAY',
    'BODY_LIMIT',
    'DATABASE_USER',
    'DATABASE_NAME',
    'DATABASE_PASSWORD',
    'HS_KEY_FILE',
    'AUTH0_AUDIENCE',
  ]);
  expect(() => load(env)).toThrow('  LOG_LEVEL must be one of ERROR, WARN, INFO, DEBUG\n');
  expect(() => load(env)).toThrow('  PORT must be a whole number from 0 to 65535\n');
  expect(() => load(env)).toThrow('  HS_KEY_FILE must name a file that can be read (ENOENT)\n');
});

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

test('a command that does not serve needs neither key nor platform, and looks at all else', () => {
  expect(loadCommandConfig(SERVER, readFile)).toMatchObject({ production: true, database: { host: 'db' } });
  expect(() => loadCommandConfig({ ...SERVER, LOG_LEVEL: 'LOUD' }, readFile)).toThrow('LOG_LEVEL');
  expect(() => loadCommandConfig({}, readFile)).toThrow('DATABASE_HOST');
});

describe('production', () => {
  test('is the default, and refuses to guess', () => {
    const needed = ['DATABASE_HOST', 'DATABASE_USER', 'DATABASE_NAME', 'DATABASE_PASSWORD', 'PROXY_URL', 'HS_KEY'];
    expect(faultsOf({})).toEqual(needed);
    expect(faultsOf({ ENVIRONMENT: '', HS_KEY: '', PROXY_URL: '' })).toEqual(needed);
    expect(faultsOf({ ENVIRONMENT: 'production' })).toEqual(needed);
  });

  test('refuses the development key, from a file as well', () => {
    expect(faultsOf({ ...PRODUCTION, HS_KEY: DEVELOPMENT_HS_KEY })).toEqual(['HS_KEY']);
    const env = { ...PRODUCTION, HS_KEY: undefined, HS_KEY_FILE: '/key' };
    expect(() => loadConfig(env, () => `${DEVELOPMENT_HS_KEY}\n`)).toThrow('HS_KEY_FILE must not be');
  });

  test('refuses what opens the doors', () => {
    expect(faultsOf({ ...PRODUCTION, IGNORE_JWT_VALIDATION: 'true' })).toEqual(['IGNORE_JWT_VALIDATION']);
    expect(faultsOf({ ...PRODUCTION, ALLOW_DROP_DATA: 'ON' })).toEqual(['ALLOW_DROP_DATA']);
    expect(faultsOf({ ...PRODUCTION, ALLOW_DROP_DATA: 'no', IGNORE_JWT_VALIDATION: '0' })).toEqual([]);
  });

  test('takes a short key and says so', () => {
    expect(load({ ...PRODUCTION, HS_KEY: 'x' }).warnings).toEqual([expect.stringContaining('shorter than 32 bytes')]);
    expect(load({ ...PRODUCTION, HS_KEY: 'é'.repeat(16) }).warnings, 'bytes are counted').toEqual([]);
  });

  test('starts the embedded database only if asked to by name', () => {
    const { HS_KEY, PROXY_URL } = PRODUCTION;
    const env = { HS_KEY, PROXY_URL, DATABASE_EMBEDDED: 'true', DATABASE_EMBEDDED_FOLDER: '/data' };
    expect(load(env).database).toEqual({ kind: 'embedded', dataFolder: '/data' });
    expect(load(env).warnings).toEqual([expect.stringContaining('DATABASE_EMBEDDED is on in production')]);
  });
});

test.each(['DEVELOPMENT', 'demo', 'Staging', 'TRAINING', 'test', ' TEST '])('%s is not production', (ENVIRONMENT) => {
  expect(load({ ...DEVELOPMENT, ENVIRONMENT }).production).toBe(false);
});

test.each([
  [true, ['true', '1', 'yes', 'on', 'TRUE', 'Yes', 'oN']],
  [false, ['false', '0', 'no', 'off', 'FALSE', 'No', 'oFF', '']],
])('booleans: %s', (value, words) => {
  for (const word of words) expect(load({ ...DEVELOPMENT, ALLOW_DROP_DATA: word }).allowDropData, word).toBe(value);
});

test.each(['2', 'y', 't', 'enabled', 'truee', 'null'])('no boolean: %s', (word) => {
  expect(faultsOf({ ...DEVELOPMENT, ALLOW_DROP_DATA: word })).toEqual(['ALLOW_DROP_DATA']);
});

test('a wrong variable of two signals is warned of once', () => {
  const { warnings } = load({ ...DEVELOPMENT, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' });
  expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT')]);
});

describe('the port', () => {
  test.each([
    [{ PORT: '1' }, 1],
    [{ SERVER_PORT: '2' }, 2],
    [{ PORT: '0' }, 0],
    [{ PORT: '', SERVER_PORT: '2' }, 2],
  ])('%j', (env, port) => {
    const config = load({ ...DEVELOPMENT, ...env });
    expect(config.listen.port).toBe(port);
    expect(config.warnings).toEqual([]);
  });

  test('PORT counts where both are set, and this is said', () => {
    const config = load({ ...DEVELOPMENT, PORT: '1', SERVER_PORT: '2' });
    expect(config.listen.port).toBe(1);
    expect(config.warnings).toEqual(['PORT and SERVER_PORT differ: PORT counts.']);
    expect(load({ ...DEVELOPMENT, PORT: '1', SERVER_PORT: '1' }).warnings).toEqual([]);
  });

  test.each(['-1', '65536', '5000.5', '0x10', '5e3', 'tcp://10.0.0.1:80', '٥'])('not %s', (PORT) => {
    expect(faultsOf({ ...DEVELOPMENT, PORT })).toEqual(['PORT']);
  });
});

describe('a half-described database server', () => {
  test.each(Object.keys(SERVER))('without %s', (name) => {
    expect(faultsOf({ ...DEVELOPMENT, ...SERVER, [name]: undefined })).toEqual([name]);
  });

  test.each([
    ['DATABASE_PORT', '5432'],
    ['DATABASE_PASSWORD', 'x'],
    ['DATABASE_PASSWORD_FILE', '/secret'],
    ['DATABASE_MIGRATION_HOST', 'db'],
    ['DATABASE_MIGRATION_PORT', '5432'],
    ['DATABASE_READ_HOST', 'replica'],
    ['DATABASE_READ_PORT', '5432'],
  ])('%s alone', (name, value) => {
    expect(faultsOf({ ...DEVELOPMENT, [name]: value })).toEqual(expect.arrayContaining(['DATABASE_HOST']));
  });

  test('is not mended by the embedded one', () => {
    expect(faultsOf({ ...DEVELOPMENT, ...SERVER, DATABASE_EMBEDDED: 'true' })).toEqual(['DATABASE_EMBEDDED']);
    expect(faultsOf({ ...DEVELOPMENT, DATABASE_EMBEDDED: 'false' })).toContain('DATABASE_HOST');
  });

  test('variables that are set to nothing count as not set', () => {
    const nothing = Object.fromEntries(Object.keys(SERVER).map((name) => [name, '']));
    expect(load({ ...DEVELOPMENT, ...nothing }).database.kind).toBe('embedded');
  });

  test('but a password may be nothing', () => {
    expect(load({ ...DEVELOPMENT, ...SERVER, DATABASE_PASSWORD: '' }).database).toMatchObject({ password: '' });
  });
});

test('migrations may take another way than statements', () => {
  const env = { ...PRODUCTION, DATABASE_PORT: '6432', DATABASE_MIGRATION_HOST: 'direct' };
  expect(load(env).database).toMatchObject({ migration: { host: 'direct', port: 6432 } });
  expect(load({ ...env, DATABASE_MIGRATION_PORT: '5432' }).database).toMatchObject({
    port: 6432,
    migration: { host: 'direct', port: 5432 },
  });
});

test('a replica answers reads where one is set, by its host, its port, or both', () => {
  const env = { ...PRODUCTION, DATABASE_HOST: 'db', DATABASE_PORT: '6432' };
  expect(load(env).database).toMatchObject({ replica: undefined });
  const replicas = [
    [{ DATABASE_READ_HOST: 'replica' }, { host: 'replica', port: 6432 }],
    [{ DATABASE_READ_PORT: '6433' }, { host: 'db', port: 6433 }],
    [
      { DATABASE_READ_HOST: 'replica', DATABASE_READ_PORT: '5433' },
      { host: 'replica', port: 5433 },
    ],
  ] as const;
  for (const [settings, replica] of replicas) expect(load({ ...env, ...settings }).database).toMatchObject({ replica });
});

describe('variables that Kubernetes sets for a Service of an unlucky name', () => {
  const link = (name: string, port: number) => ({
    [`${name}_SERVICE_HOST`]: '10.0.0.1',
    [`${name}_SERVICE_PORT`]: String(port),
    [`${name}_PORT`]: `tcp://10.0.0.1:${port}`,
    [`${name}_PORT_${port}_TCP`]: `tcp://10.0.0.1:${port}`,
    [`${name}_PORT_${port}_TCP_ADDR`]: '10.0.0.1',
    [`${name}_PORT_${port}_TCP_PORT`]: String(port),
    [`${name}_PORT_${port}_TCP_PROTO`]: 'tcp',
  });
  const links = { ...link('DATABASE', 5433), ...link('SERVER', 80), ...link('DATABASE_READ', 5432) };

  test('count as not set', () => {
    expect(load({ ...PRODUCTION, ...links })).toEqual(load(PRODUCTION));
    expect(load({ ...DEVELOPMENT, ...links }).database.kind).toBe('embedded');
  });

  test('give way to what is set', () => {
    expect(load({ ...PRODUCTION, ...links, DATABASE_PORT: '5434' }).database).toMatchObject({ port: 5434 });
    expect(faultsOf({ ...PRODUCTION, DATABASE_PORT: 'tcp://db:5432' }), 'by a person').toEqual(['DATABASE_PORT']);
  });
});

describe('several servers', () => {
  test.each<[string, string, unknown[]]>([
    ['a,b', '5432', ['a:5432', 'b:5432']],
    ['a,b', '5432,5433', ['a:5432', 'b:5433']],
    ['/run/postgresql,::1,c', '1,2,3', ['/run/postgresql:1', '::1:2', 'c:3']],
    ['a', '5433', ['a:5433']],
  ])('hosts %s with ports %s, as libpq pairs them', (DATABASE_HOST, DATABASE_PORT, expected) => {
    const { database } = load({ ...PRODUCTION, DATABASE_HOST, DATABASE_PORT });
    if (database.kind !== 'server') throw new Error('no server');
    for (const { host, port, alternatives = [] } of [database, database.migration]) {
      expect([{ host, port }, ...alternatives].map((one) => `${one.host}:${one.port}`)).toEqual(expected);
    }
  });

  test.each<[Record<string, string>, string[]]>([
    [{ DATABASE_HOST: 'a,,b' }, ['DATABASE_HOST']],
    [{ DATABASE_HOST: 'a, b' }, ['DATABASE_HOST']],
    [{ DATABASE_HOST: 'a,b', DATABASE_PORT: '1,2,3' }, ['DATABASE_PORT']],
    [{ DATABASE_PORT: '1,2' }, ['DATABASE_PORT']],
    [{ DATABASE_HOST: 'a,b', DATABASE_PORT: '1,' }, ['DATABASE_PORT']],
    [{ DATABASE_MIGRATION_HOST: 'a,b', DATABASE_MIGRATION_PORT: '1,2,3' }, ['DATABASE_MIGRATION_PORT']],
    [{ DATABASE_READ_HOST: 'a,b' }, ['DATABASE_READ_HOST']],
  ])('refuses %j', (env, faults) => {
    expect(faultsOf({ ...PRODUCTION, ...env })).toEqual(faults);
  });
});

describe('TLS to the database', () => {
  test('a client certificate and its key must be there, and be some', () => {
    const files = { PGSSLCERT: '/cert.pem', PGSSLKEY: '/cert.pem' };
    expect(load({ ...PRODUCTION, ...files }).database).toMatchObject({
      sslCertificate: '/cert.pem',
      sslKey: '/cert.pem',
    });
    for (const name of ['PGSSLCERT', 'PGSSLKEY']) {
      expect(faultsOf({ ...PRODUCTION, ...files, [name]: '/missing' })).toEqual([name]);
      expect(faultsOf({ ...PRODUCTION, ...files, [name]: '/secret' })).toEqual([name]);
      expect(faultsOf({ ...PRODUCTION, ...files, [name]: '/missing', PGSSLMODE: 'disable' })).toEqual([]);
    }
  });

  test.each(['disable', 'prefer', 'REQUIRE', 'verify-ca', 'Verify-Full'])('%s', (PGSSLMODE) => {
    expect(load({ ...PRODUCTION, PGSSLMODE }).database).toMatchObject({ sslMode: PGSSLMODE.toLowerCase() });
  });

  test('root certificates must be there, and be some', () => {
    expect(load({ ...PRODUCTION, PGSSLROOTCERT: '/cert.pem' }).database).toMatchObject({
      sslRootCertificate: '/cert.pem',
    });
    expect(faultsOf({ ...PRODUCTION, PGSSLROOTCERT: '/missing' })).toEqual(['PGSSLROOTCERT']);
    expect(faultsOf({ ...PRODUCTION, PGSSLROOTCERT: '/secret' })).toEqual(['PGSSLROOTCERT']);
    expect(faultsOf({ ...PRODUCTION, PGSSLMODE: 'disable', PGSSLROOTCERT: '/missing' })).toEqual([]);
  });

  test('the system’s certificates only where the name is checked', () => {
    expect(faultsOf({ ...PRODUCTION, PGSSLMODE: 'verify-ca', PGSSLROOTCERT: 'system' })).toEqual(['PGSSLMODE']);
    expect(faultsOf({ ...PRODUCTION, PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' })).toEqual([]);
  });
});

describe('secrets from files', () => {
  const withoutSecrets = { ...PRODUCTION, HS_KEY: undefined, DATABASE_PASSWORD: undefined };

  test.each([
    ['/secret', 'from a file'],
    ['/crlf', 'from a file'],
    ['/spaces', ' two lines \n'],
  ])('%s', (path, secret) => {
    const config = load({ ...withoutSecrets, HS_KEY_FILE: path, DATABASE_PASSWORD_FILE: path });
    expect(config).toMatchObject({ tokens: { internal: { key: secret } }, database: { password: secret } });
  });

  test.each(['/missing', '/empty'])('%s', (path) => {
    expect(faultsOf({ ...withoutSecrets, HS_KEY_FILE: path, DATABASE_PASSWORD_FILE: path })).toEqual([
      'DATABASE_PASSWORD_FILE',
      'HS_KEY_FILE',
    ]);
  });

  test('not besides the variable itself', () => {
    expect(faultsOf({ ...PRODUCTION, HS_KEY_FILE: '/secret', DATABASE_PASSWORD_FILE: '/secret' })).toEqual([
      'DATABASE_PASSWORD_FILE',
      'HS_KEY_FILE',
    ]);
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

test('no value is ever repeated, wherever a secret was pasted', () => {
  const secret = 'hunter2-hunter2';
  for (const name of Object.keys(settings)) {
    for (const base of [PRODUCTION, DEVELOPMENT, {}]) {
      const env = { ...base, [name]: secret };
      const said = (() => {
        try {
          return load(env).warnings.join();
        } catch (error) {
          return String(error);
        }
      })();
      expect(said, name).not.toContain(secret);
    }
  }
});

test('unknown variables are ignored, and named where they look like a slip of the pen', () => {
  const env = {
    ...PRODUCTION,
    DATABASE_HSOT: 'x',
    hs_key: 'y',
    Auth0_Jwks: 'z',
    PATH: '/bin',
    HSTS: '1',
    __proto__: 'p',
  };
  const { warnings, ...config } = load(env);
  expect({ ...config, warnings: [] }).toEqual(load(PRODUCTION));
  expect(warnings).toEqual([
    expect.stringMatching(/^DATABASE_HSOT is not a setting, .* There are DATABASE_HOST, /),
    expect.stringMatching(/^hs_key is not a setting, .* There are HS_KEY, HS_KEY_FILE\.$/),
    expect.stringMatching(/^Auth0_Jwks is not a setting/),
  ]);
  const { DATABASE_HOST: _, ...rest } = PRODUCTION;
  expect(() => load({ ...rest, DATABASE_HSOT: 'db' })).toThrow(/DATABASE_HOST must be set[\s\S]*DATABASE_HSOT is not/);
});

test('what Kubernetes and Docker set for a Service that is called database is no slip', () => {
  const names = [
    'DATABASE_SERVICE_HOST',
    'DATABASE_SERVICE_PORT_PG',
    'DATABASE_PORT_5432_TCP',
    'DATABASE_PORT_5432_TCP_ADDR',
  ];
  expect(load({ ...PRODUCTION, ...Object.fromEntries(names.map((name) => [name, 'x'])) }).warnings).toEqual([]);
});

test('every default is a value that its setting takes', () => {
  for (const [name, setting] of Object.entries(settings)) {
    if ('default' in setting) expect(setting.schema.safeParse(setting.default).success, name).toBe(true);
  }
});
