import { describe, expect, test } from 'vitest';
import { DEVELOPMENT, faultsOf, KEY, load, PRODUCTION, readFile, SERVER } from '../../test/support/loading-config.js';
import { DEVELOPMENT_HS_KEY, DEVELOPMENT_PROXY_URL } from './development-defaults.js';
import { loadCommandConfig, loadConfig } from './load-config.js';
import { settings } from './settings.js';

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
