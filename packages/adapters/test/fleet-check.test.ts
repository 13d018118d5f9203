import { describe, expect, it } from 'vitest';
import { checkFleet, repairFleet } from '../src/index.js';
import { checkSomePeople } from '../src/postgres/fleet/check/check-some-people.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { runSql } from './support/sql.js';

const PEOPLE = `insert into mobile select 'r' || i, date, 'a', date, 'a', 'person ' || i % 60, 'device', date, 0, 'GDM', '4.' || i % 7,
    'iOS', '15', 'Apple', 'iPhone 13', ''
  from (select i, timestamp '2022-03-01 00:00:00.5' + i * interval '7 hours' as date from generate_series(1, 120) as i) as n`;

/** What a restore with disabled triggers does. */
const WITHOUT_TRIGGERS = [
  `set session_replication_role = 'replica'`,
  `delete from mobile where patient_id = 'person 3'`,
  `update mobile set app_version = '9' where patient_id = 'person 4'`,
  `insert into mobile select 'n' || uuid, created, created_by_, modified, modified_by_, 'new ' || patient_id, unique_device_code,
     date_first_launched_, 0, 'NEW', app_version, '', '', '', '', '' from mobile where patient_id = 'person 5'`,
];

/** Sums and what they add up are on one server, a distributed database's too. */
const WRONG_SUMS = [
  ['an entry of the ledger', `update fleet_ledger set changes[1] = changes[1] + 1, people = people + 1`],
  ['the sum of an entry', `update fleet_ledger set people = people + 1`],
  ['a missing entry', `delete from fleet_ledger`],
  ['a group', `update fleet_mobile_group set people = people + 1`],
  ['a missing group', `delete from fleet_mobile_group`],
  ['a group of nobody', `insert into fleet_mobile_group values ('x', '', '', '', '', '', '', 1)`],
  ['the sum of a product', 'update fleet_product set installations = installations - 1'],
] as const;

const WRONG_PEOPLE = [
  ['a person twice', `insert into fleet_mobile select * from fleet_mobile where patient_id = 'person 1'`],
  ['a person who is missing', `delete from fleet_mobile where patient_id = 'person 1'`],
  ['a copied text', `update fleet_mobile set model = 'other' where patient_id = 'person 1'`],
  [
    'the number of a version',
    `update fleet_mobile set version = (select max(id) from fleet_version) where patient_id = 'person 1'`,
  ],
  [
    'the beginning of a version of the system',
    `update fleet_mobile set system = 'other' where patient_id = 'person 1'`,
  ],
  ['a date', `update fleet_mobile set last_seen = '2022-01-01' where patient_id = 'person 1'`],
  ['the lost date on which a person is due', `update fleet_person set due = null where owner = 'person to come'`],
  ['a date on which a person is due too late', `update fleet_person set due = '2199-01-02' where due is not null`],
  ['a change of a person', `update fleet_person set days[1] = '2022-01-01' where owner = 'person 1'`],
] as const;

describe.each(databaseServers())('the self-check of the fleet state on $name', (server) => {
  it('has nothing to say before the state is built, and then that it is exact', async () => {
    const settings = await migratedDatabase(server);
    expect(await checkFleet(settings)).toMatchObject({ isBuilt: false, isExact: false });
    await runSql(settings, PEOPLE, `update mobile set app_version = '8', modified = '2022-06-01' where uuid = 'r7'`);
    await foldAll(await foldConnection(settings));
    expect(await checkFleet(settings)).toEqual({
      isBuilt: true,
      isExact: true,
      wrongSums: 0,
      kinds: [
        { kind: 'mobile', unit: 'people', expected: 60, stored: 60, recomputed: 60, differing: 0 },
        { kind: 'desktop', unit: 'people', expected: 0, stored: 0, recomputed: 0, differing: 0 },
        { kind: 'blood_glucose_meter', unit: 'readings', expected: 0, stored: 0, recomputed: 0, differing: 0 },
      ],
    });
    // A note about all of them means that nothing is.
    await runSql(
      settings,
      `insert into fleet_queue (kind, owner) values ('mobile', null)`,
      `delete from fleet_mobile where patient_id = 'person 1'`,
    );
    expect((await checkFleet(settings)).kinds).toMatchObject([{ expected: 0, stored: 0, recomputed: 0 }, {}, {}]);
    await repairFleet(settings);
    // A noted person is not settled: that is not a fault.
    await runSql(settings, `update mobile set app_version = '7' where uuid = 'r8'`);
    expect(await checkFleet(settings)).toMatchObject({ isExact: true, kinds: [{ expected: 59, stored: 59 }, {}, {}] });
  });

  it('is exact at once after erasures, also of the only one in a group', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, PEOPLE, `update mobile set model = 'rare', app_version = '7' where patient_id = 'person 2'`);
    await foldAll(await foldConnection(settings));
    for (const person of ['person 1', 'person 2']) {
      await runSql(settings, `delete from mobile where patient_id = '${person}'`, `select fleet_forget('${person}')`);
    }
    expect(await runSql(settings, 'select from fleet_queue')).toEqual([]);
    expect(await checkFleet(settings)).toMatchObject({ isExact: true, kinds: [{ expected: 58, stored: 58 }, {}, {}] });
    expect(await runSql(settings, `select from fleet_mobile_group where people = 0 or model = 'rare'`)).toEqual([]);
    expect(await runSql(settings, 'select from fleet_ledger where 0 = all (changes)')).toEqual([]);
  });

  it('does not mind in which order the changes of a day are stored: it is that in which the records were read', async () => {
    const settings = await migratedDatabase(server);
    await runSql(
      settings,
      PEOPLE,
      `insert into mobile select 'other ' || uuid, created, 'a', modified, 'a', patient_id, '', date_first_launched_, 0, 'OTHER', '1',
         '', '', '', '', '' from mobile where uuid = 'r8'`,
    );
    await foldAll(await foldConnection(settings));
    const turned = (column: string, type: string) =>
      `${column} = array(select each from unnest(${column}) with ordinality as u (each, n) order by days[n], n desc)::${type}[]`;
    const changed = await runSql(
      settings,
      `update fleet_person set ${turned('versions', 'integer')} where owner = 'person 8' returning versions[1] > versions[2] as turned`,
    );
    expect(changed).toEqual([{ turned: true }]);
    expect(await checkFleet(settings)).toMatchObject({
      isExact: true,
      kinds: [{ recomputed: 60, differing: 0 }, {}, {}],
    });
  });

  it('finds what was restored with triggers turned off, and the repair mends it', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, PEOPLE);
    await foldAll(await foldConnection(settings));
    await runSql(settings, ...WITHOUT_TRIGGERS);
    await foldAll(await foldConnection(settings));
    const found = await checkFleet(settings);
    // person 3 is stored and gone, person 4 differs, new person 5 is not stored.
    expect(found).toMatchObject({ isExact: false, kinds: [{ expected: 60, stored: 60, differing: 3 }, {}, {}] });
    // The look at some people begins at a random uuid, which is below every id here. It finds the one without records, too.
    const client = await foldConnection(settings);
    expect(await checkSomePeople(client)).toEqual({ people: 61, differing: 3, parked: 0 });
    await repairFleet(settings);
    expect(await checkSomePeople(client)).toEqual({ people: 60, differing: 0, parked: 0 });
    expect(await checkFleet(settings)).toMatchObject({
      isExact: true,
      kinds: [{ expected: 60, stored: 60, differing: 0 }, {}, {}],
    });
  });

  it.each(server.name === 'distributed' ? WRONG_PEOPLE : [...WRONG_SUMS, ...WRONG_PEOPLE])(
    'finds %s that is wrong, and the repair mends it',
    async (_, damage) => {
      const settings = await migratedDatabase(server);
      await runSql(
        settings,
        PEOPLE,
        `insert into mobile values ('r0', '2199-01-01', 'a', '2199-01-01', 'a', 'person to come', 'd', '2199-01-01', 0, 'GDM', '4', '', '', '', '', '')`,
      );
      await foldAll(await foldConnection(settings));
      expect(await checkFleet(settings)).toMatchObject({ isExact: true });
      await runSql(settings, damage);
      expect(await checkFleet(settings)).toMatchObject({ isBuilt: true, isExact: false });
      await repairFleet(settings);
      expect(await checkFleet(settings)).toMatchObject({ isBuilt: true, isExact: true });
    },
  );
});
