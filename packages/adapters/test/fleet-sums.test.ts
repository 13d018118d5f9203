import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres, type PostgresStore } from '../src/index.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { databaseServers, freshDatabase, migratedDatabase } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { migrated } from './support/migrated.js';
import { HOSTILE_ROWS, ORIGINAL_SCHEMA } from './support/original.js';
import { runSql } from './support/sql.js';

/** A person with a phone, whose sums then differ on purpose: what an answer is made from shows in its figures. */
async function storeOfWrongSums(settings: DatabaseSettings, wrong: string): Promise<PostgresStore> {
  await runSql(
    settings,
    `insert into mobile values ('r1', '2022-03-01', 'p', '2022-03-01', 'p', 'p', 'd', '2022-03-01', 0, 'GDM', '4', 'iOS', '15', 'Apple', 'A', '')`,
  );
  await foldAll(await foldConnection(settings));
  await runSql(settings, wrong);
  const store = connectPostgres(settings);
  onTestFinished(() => store.close());
  return store;
}

describe.each(databaseServers())('reports read sums on $name', (server) => {
  it('a breakdown counts groups, unless a filter tells the people of a group apart', async () => {
    const settings = await migratedDatabase(server);
    const { queries } = await storeOfWrongSums(settings, 'update fleet_mobile_group set people = 100');
    const peopleOf = async (filter: object) =>
      (await queries.reports.patients.countGroups({ filter, by: ['model'], top: 10 })).people;
    expect(await peopleOf({})).toBe(100);
    // As the API passes on parameters that are absent.
    const absent = { from: undefined, before: undefined };
    expect(
      await peopleOf({ equal: { appProduct: ['GDM'], ownerId: undefined }, since: absent, lastSeen: absent }),
    ).toBe(100);
    expect(await peopleOf({ equal: { uniqueDeviceCode: ['d'] } })).toBe(1);
    expect(await peopleOf({ since: { from: { epochSeconds: 0, microsecond: 0 } } })).toBe(1);
  });

  it('a history names the UTC day from which on nothing is missing, where there were rows before', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA, HOSTILE_ROWS, 'delete from desktop');
    await migrated(settings);
    await foldAll(await foldConnection(settings));
    const { queries, close } = connectPostgres(settings);
    onTestFinished(close);
    const completeSince = async () => {
      const histories = [queries.reports.patients, queries.reports.clinicians].map((each) =>
        each.readHistory({ appProduct: 'GDM' }),
      );
      return (await Promise.all(histories)).map((history) => history.completeSince);
    };
    const today = Math.floor(Date.now() / 86_400_000);
    expect([today, today + 1]).toContain((await completeSince())[0]);
    for (const time of ['00:00:00', '23:59:59.999999']) {
      await runSql(settings, `update revision_start set started = '2024-02-29 ${time}'`);
      expect(await completeSince()).toEqual([Date.parse('2024-02-29') / 86_400_000, undefined]);
    }
    // While the trigger waits for its lock, no change is kept.
    await runSql(settings, 'delete from revision_start');
    const now = await completeSince();
    expect(now.map((day) => day === today || day === today + 1)).toEqual([true, true]);
  });
});
