import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type DatabaseSettings } from '../src/index.js';
import { databaseServers, runSql } from './support/databases.js';
import { startTestServer, type TestServer } from './support/servers.js';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'tls');
const OUR_CA = join(FIXTURES, 'ca.crt');
const OTHER_CA = join(FIXTURES, 'other-ca.crt');
const NO_CA = join(FIXTURES, 'no-such-file.crt');

type Wish = Pick<DatabaseSettings, 'sslMode' | 'sslRootCertificate'> & { readonly host?: string };

/** How a connection came about, by pool and by pipelined connection, which must agree: TLS, plain, or why not at all. */
async function outcome(settings: DatabaseSettings, wish: Wish): Promise<string> {
  const connection = connect({ ...settings, sslRootCertificate: NO_CA, ...wish });
  const question = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
  const name = (ssl: unknown) => (ssl === true ? 'TLS' : 'plain');
  const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
  try {
    const pooled = await sql<{ ssl: boolean }>`${sql.raw(question)}`
      .execute(connection.db)
      .then(({ rows }) => name(rows[0]?.ssl), reason);
    const alone = await connection.openPipelined().then(async ({ client }) => {
      const { rows } = await client.query(question);
      await client.end();
      return name(rows[0]?.ssl);
    }, reason);
    expect(alone).toBe(pooled);
    return pooled;
  } finally {
    await connection.close();
  }
}

describe.each(databaseServers())('TLS to $name', ({ name, settings: withoutTls }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(name, (data) => {
      for (const file of ['server.crt', 'server.key']) copyFileSync(join(FIXTURES, file), join(data, file));
      chmodSync(join(data, 'server.key'), 0o600);
      return { ssl: 'on' };
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
});
