import type {
  AgreementDimension,
  AgreementFilter,
  InstallationOwnerId,
  MeterQueries,
  Store,
} from '@polaris-telemetry/domain';
import { inMemoryStore, randomNumbers } from '@polaris-telemetry/domain/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkFleet, connectPostgres, repairFleet } from '../src/index.js';
import { isDistributed } from '../src/postgres/connections/distribution.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { checkSomePeople } from '../src/postgres/fleet/check/check-some-people.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { foldAll, foldConnection, forgetNoted } from './support/fleet.js';
import { runSql } from './support/sql.js';

const LONG = 'p'.repeat(64);
const PATIENTS = ['p1', 'p2', `${LONG} 1`, `${LONG} 2`];
const SERIALS = ['', 'SN-1', 'SN-2', 'x'.repeat(3_000)];
const TEXTS = ['GDM', '', 'a "quoted" \\ text', 'y'.repeat(3_000)];
const DATES = ['2022-03-01T00:00:00Z', '2022-03-01T00:00:00.000001Z', '2022-03-02T00:00:00Z', '2031-01-01T00:00:00Z'];
const ANSWERS = ['true', 'true', 'false', 'null'];
const PHONES = ['phone1', 'phone2', 'nobody'];

/** One random statement of a person who works on the tables by SQL. */
function anyStatement(random: () => number, step: number, distributed: boolean): string {
  const pick = (list: readonly string[]): string =>
    `'${list[Math.floor(random() * list.length)]?.replaceAll("'", "''")}'`;
  const answer = () => pick(ANSWERS).replaceAll("'", '');
  const some = (table: string) => `uuid = (select uuid from ${table} order by md5(uuid || '${step}') limit 1)`;
  const meter = some('blood_glucose_meter');
  const phone = some('mobile');
  const action = random();
  if (action < 0.4) {
    return `insert into blood_glucose_meter values ('m${step}', '2022-03-01', 'a', '2022-03-01', 'a', ${pick(PHONES)}, ${pick(SERIALS)},
      ${pick(PATIENTS)}, ${pick(DATES)}, ${answer()}, ${pick(TEXTS)}, ${pick(TEXTS)}, 4.5)`;
  }
  if (action < 0.55) return `update blood_glucose_meter set is_bg_value_correct = ${answer()} where ${meter}`;
  if (action < 0.6) return `update blood_glucose_meter set date_verified = ${pick(DATES)} where ${meter}`;
  if (action < 0.65) return `update blood_glucose_meter set serial_number = ${pick(SERIALS)} where ${meter}`;
  if (action < 0.7 && !distributed)
    return `update blood_glucose_meter set patient_id = ${pick(PATIENTS)} where ${meter}`;
  if (action < 0.75) return `update blood_glucose_meter set mobile_id = ${pick(PHONES)} where ${meter}`;
  if (action < 0.8) return `delete from blood_glucose_meter where ${meter}`;
  if (action < 0.9) {
    const [id, owner] = [pick(PHONES), pick(['p1', 'p2'])];
    // On a distributed database no record changes its owner, and the owner is part of the key.
    const [patient, key, changes] = distributed
      ? [id === `'phone1'` ? `'p1'` : `'p2'`, 'uuid, patient_id', '']
      : [owner, 'uuid', 'patient_id = excluded.patient_id,'];
    return `insert into mobile values (${id}, '2022-03-01', 'a', '2022-03-01', 'a', ${patient}, 'd', '2022-03-01', 0,
      'GDM', '4', ${pick(TEXTS)}, '15', ${pick(TEXTS)}, ${pick(TEXTS)}, '')
      on conflict (${key}) do update set ${changes} model = excluded.model`;
  }
  if (action < 0.94) return `update mobile set model = ${pick(TEXTS)}, phone_os = ${pick(TEXTS)} where ${phone}`;
  if (action < 0.97) return `delete from mobile where ${phone}`;
  // Nothing notes a truncation of a distributed table.
  return `${distributed ? 'delete from' : 'truncate'} ${random() < 0.5 ? 'mobile' : 'blood_glucose_meter'}`;
}

const FILTERS: readonly AgreementFilter[] = [
  {},
  { appProduct: ['GDM'] },
  { verifiedFrom: { epochSeconds: Date.parse('2022-03-02') / 1000, microsecond: 0 } },
  { verifiedBefore: { epochSeconds: Date.parse('2022-03-02') / 1000, microsecond: 0 }, appProduct: ['GDM', ''] },
].flatMap((filter) => [filter, { ...filter, latestTold: true }]);
const DIMENSIONS = [undefined, 'app_version', 'serial_number', 'phone_os', 'manufacturer', 'model'] as const;

async function figures(queries: MeterQueries): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const filter of FILTERS) {
    for (const by of DIMENSIONS satisfies readonly (AgreementDimension | undefined)[]) {
      const { counts, groups } = await queries.countAgreement({ filter, by, top: 100, first: () => [] });
      const sorted = counts.map(({ told, disagree, groups: n }) => `${told} ${disagree} ${n}`).toSorted();
      all[`${JSON.stringify(filter)} by ${by}`] = { sorted, groups };
    }
  }
  return all;
}

/** The reference, with the same records. */
async function referenceOf({ queries }: Store, patients = ['p1', 'p2']): Promise<Store> {
  const reference = inMemoryStore();
  const found = await queries.allMeters.search({ filter: {}, order: 'oldest', limit: 1_000 });
  for (const { record } of found.results) await reference.meters.add(record);
  for (const patient of patients as InstallationOwnerId[]) {
    const phones = await queries.patientInstallations.list(patient, { limit: 1_000 });
    for (const { record } of phones.results) await reference.patientInstallations.add(record);
  }
  return reference;
}

function storeOn(settings: DatabaseSettings): Store {
  const store = connectPostgres(settings);
  onTestFinished(() => store.close());
  return store;
}

const READINGS = `insert into blood_glucose_meter select 'm' || i, '2022-03-01', 'a', '2022-03-01', 'a', 'phone' || i % 9, 'SN-' || i % 7, 'p' || i % 9,
  timestamptz '2022-03-01 00:00Z' + i * interval '7 hours', case i % 5 when 0 then null else i % 3 > 0 end, 'GDM', '4.' || i % 4, 5
  from generate_series(1, 120) as i`;
const ITS_PHONES = `insert into mobile select 'phone' || i, '2022-03-01', 'a', '2022-03-01', 'a', 'p' || i, 'd', '2022-03-01', 0, 'GDM', '4', 'iOS',
  '15', 'Apple', 'Model ' || i % 2, '' from generate_series(0, 7) as i`;

const WRONG_READINGS = [
  ['a reading', `update fleet_reading set model = 'other' where patient_id = 'p1'`],
  ['whether a reading is the newest', `update fleet_reading set is_newest = not is_newest where patient_id = 'p1'`],
  ['a reading that is missing', `delete from fleet_reading where uuid = 'm1'`],
  ['a reading twice', `insert into fleet_reading select * from fleet_reading where uuid = 'm1'`],
  [
    'a reading of a deleted record',
    `insert into fleet_reading select 'gone', created, 'gone', serial_number, date_verified, true, true, app_product, app_version from fleet_reading where uuid = 'm1'`,
  ],
] as const;

/** Sums and what they add up are on one server, a distributed database's too. */
const WRONG_SUMS = [
  ['a sum', `update fleet_reading_group set newest_told = newest_told + 1`],
  ['a missing sum', `delete from fleet_reading_serial`],
  ['a sum of nothing', `insert into fleet_reading_serial values ('x', '', '', 0, 0, 0, 0)`],
] as const;

describe.each(databaseServers())('the fold of readings on $name', (server) => {
  it('keeps what the reference says, whatever happens to meters and phones', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    const store = storeOn(settings);
    const random = randomNumbers(20_261_126);
    const rounds = isDistributed(client) ? 8 : 15;
    for (let round = 0; round < rounds; round++) {
      const statements = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) =>
        anyStatement(random, round * 100 + index, isDistributed(client)),
      );
      await runSql(settings, ...statements);
      await foldAll(client);
      const expected = await figures((await referenceOf(store)).queries.allMeters);
      expect(await figures(store.queries.allMeters), statements.join('\n')).toEqual(expected);
      expect(await checkFleet(settings)).toMatchObject({ isExact: true });
    }
  });

  it('builds many readings at once, also of a patient with a great many, and counts what was stored before', async () => {
    const settings = await migratedDatabase(server);
    const many = (patient: string, from: number, to: number) =>
      `insert into blood_glucose_meter select 'm' || i, '2022-03-01', 'a', '2022-03-01', 'a', 'phone' || i % 9, 'SN-' || i % 7, ${patient},
         timestamptz '2022-03-01 00:00Z' + i * interval '1 minute', i % 3 > 0, 'GDM', '4', 5 from generate_series(${from}, ${to}) as i`;
    await runSql(
      settings,
      ITS_PHONES,
      many(`'p' || i % 3000`, 1, 6_000),
      many(`''`, 6_001, 6_003),
      many(`'p2'`, 7_001, 22_100),
      // The first step stores a few who have notes, before the walk gets to them.
      forgetNoted('p1', 'p2', 'p2999'),
    );
    await foldAll(await foldConnection(settings));
    expect(await checkFleet(settings)).toMatchObject({
      isExact: true,
      kinds: [{}, {}, { kind: 'blood_glucose_meter', expected: 21_103, stored: 21_103, differing: 0 }],
    });
  });

  it('forgets an erased person at once', async () => {
    const settings = await migratedDatabase(server);
    const store = storeOn(settings);
    await runSql(
      settings,
      ITS_PHONES,
      READINGS,
      `update blood_glucose_meter set app_version = 'rare' where patient_id = 'p1'`,
    );
    await foldAll(await foldConnection(settings));
    await runSql(
      settings,
      ...['blood_glucose_meter', 'mobile'].map((table) => `delete from ${table} where patient_id = 'p1'`),
      `select fleet_forget('p1')`,
    );
    expect(await runSql(settings, 'select from fleet_queue')).toEqual([]);
    expect(await checkFleet(settings)).toMatchObject({ isExact: true });
    expect(await runSql(settings, `select from fleet_reading_group where app_version = 'rare'`)).toEqual([]);
    const others = Array.from({ length: 8 }, (_, index) => `p${index}`);
    const expected = await figures((await referenceOf(store, others)).queries.allMeters);
    expect(await figures(store.queries.allMeters)).toEqual(expected);
  });

  it('answers while they are not built yet that they are being built', async () => {
    const settings = await migratedDatabase(server);
    const request = { filter: {}, top: 1, first: () => [] };
    await expect(storeOn(settings).queries.allMeters.countAgreement(request)).rejects.toMatchObject({
      name: 'NotBuiltError',
    });
  });

  it.each(server.name === 'distributed' ? WRONG_READINGS : [...WRONG_READINGS, ...WRONG_SUMS])(
    'the self-check finds %s that is wrong, and the repair mends it',
    async (_, damage) => {
      const settings = await migratedDatabase(server);
      await runSql(settings, ITS_PHONES, READINGS);
      const client = await foldConnection(settings);
      await foldAll(client);
      expect(await checkFleet(settings)).toMatchObject({
        isExact: true,
        kinds: [{}, {}, { kind: 'blood_glucose_meter', expected: 96, stored: 96, recomputed: 9, differing: 0 }],
      });
      expect(await checkSomePeople(client)).toMatchObject({ differing: 0, parked: 0 });
      await runSql(settings, damage);
      expect(await checkFleet(settings)).toMatchObject({ isBuilt: true, isExact: false });
      await repairFleet(settings);
      expect(await checkFleet(settings)).toMatchObject({ isBuilt: true, isExact: true });
    },
  );
});
