import { describe, expect, it } from 'vitest';
import { checkFleet } from '../src/index.js';
import { isDistributed } from '../src/postgres/connections/distribution.js';
import { foldStep, readClock } from '../src/postgres/fleet/fold/fold-step.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { expectExact, foldAll, foldConnection, forgetNoted, people, storedFleet } from './support/fleet.js';
import { runSql } from './support/sql.js';

/** So little that a batch of people is read in several parts. */
const LITTLE = { records: 7, batch: 7, cost: 64 * 1_048_576, together: 64 * 1_048_576 };

/** So many that the indexes of search are better built last, with a note of nobody. */
const MANY_RECORDS = [
  `set session_replication_role = 'replica'`,
  `insert into mobile select 'many ' || i, date, 'a', date, 'a', 'person ' || i % 5, 'device', date, 0, 'GDM', '4', 'iOS', '15', 'Apple', 'A', ''
     from (select i, timestamp '2022-01-01' + i * interval '1 second' as date from generate_series(1, 100000) as i) as n`,
];

describe.each(databaseServers())('a build of the fleet state on $name', (server) => {
  it('goes on with a build where a killed process left it, and counts what was written meanwhile', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(900));
    await runSql(settings, forgetNoted());
    const client = await foldConnection(settings);
    // A walk that ends halfway, like that of a killed process.
    await runSql(settings, `update fleet_build set walking = true, walked_to = 'person 500'`);
    await runSql(
      settings,
      'delete from fleet_queue',
      `update mobile set app_version = '6' where patient_id = 'person 1'`,
    );
    await foldAll(client);
    const walked = (await storedFleet(settings, 'mobile')).current.length;
    expect(walked).toBeGreaterThan(100);
    expect(walked).toBeLessThan(900);
    await runSql(settings, `insert into fleet_queue (kind, owner) values ('mobile', null)`);
    await foldAll(client);
    await expectExact(settings);
  });

  it.each(['mobile_latest', 'blood_glucose_meter_patient'])(
    'lets noted owners wait until %s, which finds their records, has been built',
    async (name) => {
      const settings = await migratedDatabase(server);
      const client = await foldConnection(settings);
      const [index] = await runSql(settings, `select indexdef from pg_indexes where indexname = '${name}'`);
      await runSql(settings, `drop index ${name}`, people(3), `update mobile set app_version = '5' where uuid = 'r0'`);
      await foldStep(client);
      expect(await foldStep(client)).toMatchObject({ people: 0, more: false });
      const waiting = await runSql(
        settings,
        'select distinct owner from fleet_queue where owner is not null order by 1',
      );
      expect(waiting.map(({ owner }) => owner)).toEqual(['person 0', 'person 1', 'person 2']);
      await runSql(settings, String(index?.['indexdef']));
      await foldAll(client);
      await expectExact(settings);
      expect(await runSql(settings, 'select from fleet_queue')).toEqual([]);
    },
  );

  it('builds a large fleet without the indexes of search, and leaves them as the migration made them', async () => {
    const settings = await migratedDatabase(server);
    const indexes = () =>
      runSql(settings, `select indexdef from pg_indexes where tablename like 'fleet_%' order by indexname`);
    const before = await indexes();
    const client = await foldConnection(settings);
    await runSql(
      settings,
      people(5),
      // By what the planner knows of its size; of a distributed table it knows nothing.
      ...(isDistributed(client) ? MANY_RECORDS : [`update pg_class set reltuples = 1e6 where relname = 'mobile'`]),
    );
    const counts: number[] = [];
    for (let more = true; more; ) {
      more = (await foldStep(client)).more;
      counts.push((await indexes()).length);
    }
    expect(Math.min(...counts)).toBeLessThan(before.length);
    // Each in a step of its own.
    expect(new Set(counts).size).toBeGreaterThan(4);
    expect(await indexes()).toEqual(before);
    expect(await checkFleet(settings)).toMatchObject({ isExact: true, kinds: [{ stored: 5 }, {}, {}] });
  });

  it('reads on other connections, in parts, what the storing transaction sees, and each person once', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(40), `update mobile set app_version = '5' where uuid like 'r%3'`, forgetNoted());
    const client = await foldConnection(settings);
    const change = () => runSql(settings, `update mobile set app_version = '6' where uuid = 'r9'`);
    const openReader = async () => {
      // Another's commit after the step has begun.
      await change();
      return foldConnection(settings);
    };
    expect((await foldStep(client, readClock, LITTLE, { openReader })).people).toBe(40);
    const version = `select app_version from fleet_mobile where patient_id = 'person 4'`;
    expect(await runSql(settings, version)).toEqual([{ app_version: '4.2' }]);
    // Its nodes have no snapshot to share with other connections.
    if (isDistributed(client)) await change();
    await foldAll(client);
    expect(await runSql(settings, version)).toEqual([{ app_version: '6' }]);
    await expectExact(settings);
  });

  it('stores nothing outside its transaction when a reading connection fails, at whatever statement', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(10), forgetNoted());
    const client = await foldConnection(settings);
    const readers = [await foldConnection(settings), await foldConnection(settings)];
    for (let statements = 0; ; statements++) {
      let left = statements;
      const failing = readers.map((reader) => {
        const query = reader.query.bind(reader);
        return Object.assign(Object.create(reader), {
          query: async (...args: Parameters<typeof query>) => {
            if (left-- === 0) throw new Error('failed');
            return query(...args);
          },
        }) as typeof reader;
      });
      const openReader = async (number: number) => failing[number] ?? client;
      const step = await foldStep(client, readClock, LITTLE, { openReader }).catch(() => undefined);
      if (step !== undefined) break;
      const stored = 'select from fleet_person union all select from fleet_mobile union all select from fleet_ledger';
      expect(await runSql(settings, stored)).toEqual([]);
      expect(statements).toBeLessThan(100);
    }
    await foldAll(client);
    await expectExact(settings);
  });
});
