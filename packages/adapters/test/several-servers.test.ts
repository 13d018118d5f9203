import { aMobileInstallation } from '@polaris-telemetry/domain/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres, type DatabaseSettings, migrateUp } from '../src/index.js';
import type { Read } from '../src/postgres/reads/reads.js';
import { databaseServers } from './support/databases.js';
import { faultyProxy } from './support/faulty-proxy.js';
import { readsOf } from './support/reads.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { openForRequests, runSql } from './support/sql.js';

const NOTHING = { host: '127.0.0.1', port: 1 };

describe.each(databaseServers())('of several servers of $name', ({ name }) => {
  let writable: TestServer;
  let readOnly: TestServer;

  beforeAll(async () => {
    [writable, readOnly] = await Promise.all([
      startTestServer(name),
      startTestServer(name, () => ({ default_transaction_read_only: 'on' })),
    ]);
    const { password } = writable.settings;
    await runSql(
      readOnly.settings,
      'set default_transaction_read_only = off',
      `alter role current_user password '${password}'`,
    );
  });

  afterAll(async () => {
    await Promise.all([writable?.stop(), readOnly?.stop()]);
  });

  function listed(...servers: readonly [{ host: string; port: number }, ...{ host: string; port: number }[]]) {
    const [first, ...alternatives] = servers.map(({ host, port }) => ({ host, port }));
    return { ...writable.settings, ...first, alternatives } satisfies DatabaseSettings;
  }

  async function portOf(settings: DatabaseSettings): Promise<unknown> {
    const { client } = await openForRequests(settings);
    const { rows } = await client.query(`select current_setting('port')::int as port`);
    await client.end();
    return rows[0]?.port;
  }

  it('the first that takes writes is used, whatever its place', async () => {
    const { port } = writable.settings;
    expect(await portOf(listed(writable.settings, readOnly.settings))).toBe(port);
    expect(await portOf(listed(readOnly.settings, writable.settings))).toBe(port);
    expect(await portOf(listed(NOTHING, readOnly.settings, writable.settings))).toBe(port);
  });

  it('one that says nothing leaves time for the next', async () => {
    const silent = await faultyProxy(readOnly.settings);
    silent.freeze();
    expect(await portOf(listed(silent.settings, writable.settings))).toBe(writable.settings.port);
  });

  it('none can be used: each reason is said', async () => {
    const store = connectPostgres(listed(NOTHING, readOnly.settings));
    expect((await store.probe.check())[0]).toMatchObject({
      passed: false,
      output: expect.stringMatching(/^none of 2 servers .*DATABASE_HOST.*1: .*ECONNREFUSED.*2: it is read-only$/),
    });
    await store.close();
  });

  it('a wrong password is final, as in libpq', async () => {
    const wrong = { ...listed(writable.settings, NOTHING), password: 'wrong' };
    await expect(openForRequests(wrong)).rejects.toMatchObject({ code: '28P01' });
  });

  it('migrations go where statements go', async () => {
    await migrateUp(listed(readOnly.settings, writable.settings));
    expect(await runSql(writable.settings, `select from pg_class where relname = 'mobile'`)).toHaveLength(1);
  });

  it('records are added and read past a standby, and no connection is left behind', async () => {
    await migrateUp(writable.settings);
    const settings = { ...listed(readOnly.settings, writable.settings), applicationName: 'past-a-standby' };
    const store = connectPostgres(settings);
    const installation = aMobileInstallation();
    await store.patientInstallations.add(installation);
    expect(await store.patientInstallations.find(installation)).toEqual(installation);
    const count = ({ db }: Read) => db.selectFrom('mobile').select('uuid').execute();
    expect(await readsOf(settings).run('test', count)).toHaveLength(1);
    await store.close();
    const open = `select from pg_stat_activity where application_name = 'past-a-standby'`;
    // The reader's own, until the test ends.
    await expect.poll(async () => (await runSql(writable.settings, open)).length).toBeLessThanOrEqual(1);
  });
});
