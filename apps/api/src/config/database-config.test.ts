import { describe, expect, test } from 'vitest';
import { DEVELOPMENT, faultsOf, load, PRODUCTION, SERVER } from '../../test/support/loading-config.js';

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
