import { aMobileInstallation, recordId } from '@polaris-telemetry/domain/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildWhileServing, connectPostgres, migrateDown, migrateUp, migrationStatus } from '../src/index.js';
import { migrations } from '../src/postgres/migrations/index.js';
import { catalogue } from './support/catalogue.js';
import { createDatabase, databaseServers, type TestDatabase } from './support/databases.js';
import { openForRequests, runSql } from './support/sql.js';

describe.each(databaseServers())('a pooler in transaction mode ($name)', (server) => {
  async function database(): Promise<TestDatabase> {
    const made = await createDatabase(server);
    onTestFinished(() => made.drop());
    return made;
  }

  async function open(settings: TestDatabase['settings']) {
    const opened = await openForRequests(settings);
    onTestFinished(() => opened.client.end());
    return opened;
  }

  it('is noticed, and dates are in ISO form and UTC whichever server connection a statement gets', async () => {
    const { settings, direct } = await database();
    await runSql(
      direct,
      `alter database ${direct.database} set datestyle to 'SQL, DMY'`,
      `alter database ${direct.database} set timezone to 'America/New_York'`,
    );
    const clients = await Promise.all([1, 2, 3, 4, 5].map(() => open(settings)));
    const question = `select timestamptz '2022-03-04 05:06:07.089123+05:30' as at, pg_backend_pid() as pid from pg_sleep(0.05)`;
    const asked = clients.flatMap(({ client, pooled }) => {
      expect(pooled).toBe(true);
      return [1, 2, 3, 4].map(() => client.query<{ at: string; pid: number }>(question));
    });
    const rows = (await Promise.all(asked)).flatMap((answer) => answer.rows);
    expect(new Set(rows.map((row) => row.at))).toEqual(new Set(['2022-03-03 23:36:07.089123+00']));
    expect(new Set(rows.map((row) => row.pid)).size).toBeGreaterThan(1);
  });

  it('gets no time limits of ours, which other clients would inherit with the server connection', async () => {
    const { settings } = await database();
    const { client } = await open(settings);
    const { rows } = await client.query(
      `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
    );
    expect(rows).toEqual([{ statement: '0', lock: '0' }]);
  });

  it('is refused by migrations, with the way out and nothing changed; their state can be asked for', async () => {
    const { settings, direct } = await database();
    const before = await catalogue(direct);
    for (const migrate of [migrateUp, migrateDown, buildWhileServing]) {
      await expect(migrate(settings)).rejects.toThrow(
        /connection pooler.*DATABASE_MIGRATION_HOST and DATABASE_MIGRATION_PORT/,
      );
    }
    expect(await catalogue(direct)).toEqual(before);
    expect((await migrationStatus(settings)).pending).toEqual(Object.keys(migrations));
    await migrateUp(direct);
    await buildWhileServing(direct);
    const { pending, builds } = await migrationStatus(settings);
    expect(pending).toEqual([]);
    expect(builds.length).toBeGreaterThan(0);
    expect(builds.filter(({ state }) => state !== 'valid')).toEqual([]);
  });
});

describe.each(databaseServers())('a store behind a pooler that does not know prepared statements ($name)', (server) => {
  it('does without them, even if configured otherwise', async () => {
    const { settings, direct, drop } = await createDatabase(server);
    onTestFinished(() => drop());
    await migrateUp(direct);
    const store = connectPostgres(settings, { preparedStatements: true });
    onTestFinished(() => store.close());
    for (let round = 0; round < 20; round++) {
      const ids = Array.from({ length: 10 }, (_, n) => recordId(`${round} ${n}`));
      await Promise.all(ids.map((id) => store.patientInstallations.add(aMobileInstallation({ id }))));
      const found = await Promise.all(ids.map((id) => store.patientInstallations.find(aMobileInstallation({ id }))));
      expect(found.map((installation) => installation?.id)).toEqual(ids);
    }
  });
});
