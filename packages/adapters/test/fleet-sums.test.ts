import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres, type PostgresStore } from '../src/index.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { runSql } from './support/sql.js';
import { migrated } from './support/stores.js';

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
    const settings = await migrated(await freshDatabase(server));
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
});
