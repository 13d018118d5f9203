import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseSettings } from '../src/index.js';
import { databaseServers } from './support/databases.js';
import { faultyProxy } from './support/faulty-proxy.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { openForRequests, openSession, runSql } from './support/sql.js';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'tls');
const OUR_CA = join(FIXTURES, 'ca.crt');
const OTHER_CA = join(FIXTURES, 'other-ca.crt');
const NO_CA = join(FIXTURES, 'no-such-file.crt');

type Wish = Pick<DatabaseSettings, 'sslMode' | 'sslRootCertificate' | 'sslCertificate' | 'sslKey'> & {
  readonly host?: string;
};

/** How a connection was established: by TLS, plain, or why not at all. */
async function outcome(settings: DatabaseSettings, wish: Wish): Promise<string> {
  const attempt = openForRequests({ ...settings, sslRootCertificate: NO_CA, ...wish });
  return await attempt.then(
    async ({ client }) => {
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      await client.end();
      return rows[0]?.ssl === true ? 'TLS' : 'plain';
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe.each(databaseServers())('TLS to $name', ({ name, settings: withoutTls }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(name, (data) => {
      for (const file of ['server.crt', 'server.key', 'client.crt'])
        copyFileSync(join(FIXTURES, file), join(data, file));
      chmodSync(join(data, 'server.key'), 0o600);
      return { ssl: 'on', ssl_ca_file: 'client.crt' };
    });
  });

  afterAll(() => server?.stop());

  async function allowOnly(kind: 'host' | 'hostssl' | 'hostnossl'): Promise<DatabaseSettings> {
    writeFileSync(join(server.data, 'pg_hba.conf'), `${kind} all all 127.0.0.1/32 scram-sha-256\n`);
    const rules = async () => (await runSql(server.settings, 'select type from pg_hba_file_rules'))[0]?.['type'];
    // By its own connection, which the rules before still allow.
    await runSql(server.settings, 'select pg_reload_conf()');
    await expect.poll(rules).toBe(kind);
    return server.settings;
  }

  it.each<[Wish, string | RegExp]>([
    [{ sslMode: 'disable' }, 'plain'],
    [{}, 'plain'],
    [{ sslMode: 'prefer' }, 'plain'],
    [{ sslMode: 'require' }, /does not support SSL/],
    [{ sslMode: 'verify-ca', sslRootCertificate: OUR_CA }, /does not support SSL/],
    [{ sslMode: 'verify-full', sslRootCertificate: OUR_CA }, /does not support SSL/],
  ])('that is off: %j', async (wish, expected) => {
    expect(await outcome(withoutTls, wish)).toMatch(expected);
  });

  it.each<[Wish, string | RegExp]>([
    [{ sslMode: 'disable' }, 'plain'],
    [{}, 'TLS'],
    [{ sslMode: 'prefer' }, 'TLS'],
    [{ sslMode: 'prefer', sslRootCertificate: OUR_CA }, 'TLS'],
    [{ sslMode: 'prefer', sslRootCertificate: OTHER_CA }, 'plain'],
    [{ sslMode: 'require' }, 'TLS'],
    [{ sslMode: 'require', sslRootCertificate: OUR_CA }, 'TLS'],
    [{ sslMode: 'require', sslRootCertificate: OTHER_CA }, /certificate/],
    [{ sslMode: 'verify-ca', sslRootCertificate: OUR_CA }, 'TLS'],
    [{ sslMode: 'verify-ca', sslRootCertificate: OTHER_CA }, /certificate/],
    [{ sslMode: 'verify-full', sslRootCertificate: OUR_CA, host: 'localhost' }, 'TLS'],
    [{ sslMode: 'verify-full', sslRootCertificate: OUR_CA, host: '127.0.0.1' }, /127\.0\.0\.1 is not in the cert/],
    [{ sslMode: 'verify-full', sslRootCertificate: OTHER_CA, host: 'localhost' }, /certificate/],
    [{ sslMode: 'verify-full', sslRootCertificate: 'system', host: 'localhost' }, /certificate/],
  ])('that is on: %j', async (wish, expected) => {
    expect(await outcome(await allowOnly('host'), wish)).toMatch(expected);
  });

  it.each<[Wish, string | RegExp]>([
    [{ sslMode: 'disable' }, /no pg_hba\.conf entry .*no encryption/],
    [{}, 'TLS'],
    [{ sslMode: 'require' }, 'TLS'],
    [{ sslMode: 'verify-ca', sslRootCertificate: OUR_CA }, 'TLS'],
    [{ sslMode: 'prefer', sslRootCertificate: OTHER_CA }, /certificate/],
  ])('that is required: %j', async (wish, expected) => {
    expect(await outcome(await allowOnly('hostssl'), wish)).toMatch(expected);
  });

  it.each<[Wish, string | RegExp]>([
    [{}, 'plain'],
    [{ sslMode: 'require' }, /no pg_hba\.conf entry .*SSL encryption/],
  ])('that is forbidden: %j', async (wish, expected) => {
    expect(await outcome(await allowOnly('hostnossl'), wish)).toMatch(expected);
  });

  it('that wants a client certificate: it is shown, and takes the place of a password', async () => {
    const settings = { ...(await allowOnly('host')), password: '' };
    const key = join(server.data, '..', 'client.key');
    copyFileSync(join(FIXTURES, 'client.key'), key);
    chmodSync(key, 0o600);
    const shown = { sslMode: 'require', sslCertificate: join(FIXTURES, 'client.crt'), sslKey: key } as const;
    const admin = await openSession(server.settings);
    writeFileSync(join(server.data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 cert\n');
    await admin.query('select pg_reload_conf()');
    await admin.end();
    await expect.poll(() => outcome(settings, shown)).toBe('TLS');
    expect(await outcome(settings, { sslMode: 'require' })).toMatch(/valid client certificate/);
    const { client } = await openForRequests({ ...settings, ...shown, sslRootCertificate: NO_CA });
    writeFileSync(join(server.data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
    await client.query('select pg_reload_conf()');
    await client.end();
    await expect.poll(() => outcome(server.settings, {})).toBe('TLS');
  });

  it('with a wrong password: refused at once, without sending it once more in the open', async () => {
    const proxy = await faultyProxy(await allowOnly('host'));
    const wrong = { ...proxy.settings, sslMode: 'prefer', sslRootCertificate: NO_CA, password: 'wrong' } as const;
    await expect(openForRequests(wrong)).rejects.toMatchObject({ code: '28P01' });
    expect(proxy.connections).toBe(1);
  });
});
