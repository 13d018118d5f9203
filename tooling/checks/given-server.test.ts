import { afterEach, describe, expect, test, vi } from 'vitest';
import { givenServer } from '../../packages/adapters/test/support/given-server.ts';
import { checkGivenServer, whyNot } from './given-server.ts';
import { suites } from './suites.ts';

afterEach(() => vi.unstubAllEnvs());

const found = async (url: string) => {
  vi.stubEnv('TEST_DATABASE_URL', url);
  return await checkGivenServer();
};

describe('TEST_DATABASE_URL', () => {
  test('is read as libpq reads it', () => {
    expect(
      givenServer('postgresql://some%40one:a%2Fb%3A@[::1]/x%20y?sslmode=verify-full&sslrootcert=%2Fca.pem'),
    ).toEqual({
      host: '::1',
      port: 5432,
      user: 'some@one',
      password: 'a/b:',
      database: 'x y',
      sslMode: 'verify-full',
      sslRootCertificate: '/ca.pem',
    });
    expect(givenServer('postgres://u@h:6000')).toMatchObject({ password: '', port: 6000, database: 'postgres' });
  });

  test.each([
    'nonsense',
    'https://u:secret@h/',
    'postgres://h/db',
    'postgres://:secret@h',
    'postgres://u:%zz@h',
    'postgres://u:secret@h?sslmode=off',
  ])('%s is red in one line that shows no password', async (url) => {
    const { failed, remark } = await found(url);
    expect(failed).toBe(1);
    expect(remark).toMatch(/^TEST_DATABASE_URL is not of the form [^\n]+$/);
    expect(remark).not.toMatch(/secret/);
  });

  test('of a server that does not answer is red with the reason', async () => {
    expect(await found('postgres://someone:secret@127.0.0.1:1/postgres')).toMatchObject({
      failed: 1,
      remark: 'no connection: nothing listens there (ECONNREFUSED)',
    });
  });

  test('runs what can run there, and says why the rest does not', async () => {
    const [there, away] = [{ failed: 0 }, { failed: 1 }].map(({ failed }) => ({
      ...{ title: 'server', on: 'PostgreSQL 15', passed: 1 - failed, failed, skipped: 0, seconds: 0 },
    }));
    const running = (server: typeof there) =>
      suites.filter((suite) => whyNot(suite, server) === undefined).map(({ name }) => name);
    expect(running(undefined)).toEqual(suites.filter(({ given }) => !given).map(({ name }) => name));
    expect(running(there)).toEqual(expect.arrayContaining(['domain', 'api', 'adapters-given', 'api-given']));
    expect(running(there)).not.toContain('adapters-database');
    expect(running(away)).not.toContain('adapters-given');
    expect(suites.filter(({ given }) => given).every((suite) => whyNot(suite, undefined) !== undefined)).toBe(true);
  });
});
