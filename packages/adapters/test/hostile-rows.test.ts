import {
  EARLIEST_INSTANT,
  formatInstantExactly,
  formatOffsetDateTime,
  LATEST_INSTANT,
  parseVersion,
} from '@polaris-telemetry/domain';
import { actor, instant, meterOwnerId, ownerId, recordId, text } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { databaseServers } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

/** Values the original let in, and how they are read. */
const DATES = [
  ['infinity', formatInstantExactly(LATEST_INSTANT)],
  ['294276-12-31 23:59:59.999999+00', formatInstantExactly(LATEST_INSTANT)],
  ['10000-01-01 00:00:00+00', formatInstantExactly(LATEST_INSTANT)],
  ['9999-12-31 23:59:59.999999+00', '9999-12-31T23:59:59.999999Z'],
  ['2022-03-04 05:06:07.089123+05:30', '2022-03-03T23:36:07.089123Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ['0001-12-31 23:59:59 BC', formatInstantExactly(EARLIEST_INSTANT)],
  ['4713-01-01 00:00:00+00 BC', formatInstantExactly(EARLIEST_INSTANT)],
  ['-infinity', formatInstantExactly(EARLIEST_INSTANT)],
] as const;

const VALUES = [
  ['NaN', null],
  ['Infinity', null],
  ['-Infinity', null],
  ['-0', 0],
  ['5e-324', 5e-324],
  ['1.7976931348623157e308', Number.MAX_VALUE],
] as const;

describe.each(databaseServers())('rows that the original let in ($name)', (server) => {
  const suite = storeForSuite(server);
  const patient = meterOwnerId('o’neil');
  const later = { at: instant('2022-05-06T07:08:09.101112Z'), by: actor('repairer') };
  const meter = (id: string) => suite.store.meters.find({ ownerId: patient, id: recordId(id) });
  const raw = async (id: string) =>
    (
      await runSql(
        suite.settings,
        `select date_verified, blood_glucose_value from blood_glucose_meter where uuid = '${id}'`,
      )
    )[0];

  async function insertMeter(id: string, date: string, value: string): Promise<void> {
    await runSql(
      suite.settings,
      `insert into blood_glucose_meter values ('${id}', '2022-01-01', 'a', '2022-01-01', 'a', 'm', 'SN', 'o’neil', '${date}', null, 'GDM', '1', '${value}')`,
    );
  }

  beforeEach(() => suite.empty().then(() => {}));

  it('lists go by the dates as they are stored, and walk past all of them', async () => {
    const ids = DATES.map((_, index) => `row ${index}`);
    for (const [index, [date]] of DATES.entries()) {
      await insertMeter(`row ${index}`, date, '5.5');
      await runSql(
        suite.settings,
        `insert into mobile values ('row ${index}', '2022-01-01', 'a', '2022-01-01', 'a', 'o’neil', 'c', '${date}', 0, 'GDM', '1', 'o', 'v', 'f', 'm', 'd')`,
      );
    }
    const { meters, patientInstallations } = suite.store.queries;
    const walks = [
      (after?: string) => meters.list(patient, { limit: 1, after }),
      (after?: string) => patientInstallations.list(ownerId('o’neil'), { limit: 1, after }),
    ];
    for (const list of walks) {
      const walked: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await list(after);
        walked.push(...page.results.map(({ record }) => record.id));
        after = page.results.at(-1)?.place;
        more = page.more;
      }
      expect(walked).toEqual(ids);
    }
    // Whatever the clocks said, one of them is what the person runs.
    expect((await patientInstallations.findCurrent(ownerId('o’neil'))).current).toHaveLength(1);
  });

  it.each(DATES)('a meter verified at %s is read as %s, and can be changed and repaired', async (stored, seen) => {
    await insertMeter('m', stored, '5.5');
    const before = await meter('m');
    if (before === undefined) throw new Error('not found');
    expect(formatInstantExactly(before.dateVerified)).toBe(seen);
    const ref = { ownerId: patient, id: before.id };
    // Equal to what was read: nothing to change, whatever is stored.
    const same = { fields: { dateVerified: before.dateVerified }, ...later };
    expect(await suite.store.meters.update(ref, same)).toEqual({ outcome: 'unchanged', record: before });
    // Another field, guarded by what was read: the date stays as stored.
    const storedBefore = await raw('m');
    const renamed = await suite.store.meters.update(ref, { fields: { serialNumber: text('SN-2') }, ...later }, before);
    expect(renamed).toMatchObject({ outcome: 'updated', record: { dateVerified: before.dateVerified } });
    expect(await raw('m')).toEqual(storedBefore);
    const dateVerified = instant('2022-03-04T05:06:07Z');
    const repaired = await suite.store.meters.update(ref, { fields: { dateVerified }, ...later });
    expect(repaired).toMatchObject({ outcome: 'updated', record: { dateVerified } });
    expect(await meter('m')).toMatchObject({ dateVerified });
  });

  it.each(VALUES)('a meter that read %s is read as %s, and can be changed and repaired', async (stored, seen) => {
    await insertMeter('m', '2022-01-01', stored);
    const before = await meter('m');
    if (before === undefined) throw new Error('not found');
    expect(before.bloodGlucoseValue).toBe(seen);
    const ref = { ownerId: patient, id: before.id };
    const same = { fields: { bloodGlucoseValue: before.bloodGlucoseValue }, ...later };
    expect(await suite.store.meters.update(ref, same, before)).toEqual({ outcome: 'unchanged', record: before });
    const repaired = await suite.store.meters.update(ref, { fields: { isBgValueCorrect: false }, ...later }, before);
    expect(repaired).toMatchObject({
      outcome: 'updated',
      record: { isBgValueCorrect: false, bloodGlucoseValue: seen },
    });
  });

  it.each([
    ['2022-03-04 05:06:07.089123', 5400, '2022-03-04T06:36:07.089+01:30'],
    ['2022-03-04 05:06:07.089123', 61, '2022-03-04T05:07:07.089+00:01'],
    ['2022-03-04 05:06:07.089123', -1, '2022-03-04T05:06:07.089Z'],
    ['2022-03-04 05:06:07.089123', 2_000_000_000, '2022-03-04T05:06:07.089Z'],
    ['0001-01-01 00:00:00', -3600, '0001-01-01T00:00:00.000Z'],
    ['9999-12-31 23:59:59.999999', 3600, '9999-12-31T23:59:59.999Z'],
    ['infinity', 0, '9999-12-31T23:59:59.999Z'],
  ])(
    'an installation first used at %s, offset %i s, is read, shown as %s, and can be changed',
    async (date, offset, shown) => {
      await runSql(
        suite.settings,
        `insert into mobile values ('i', '-infinity', 'a', '2022-01-01', 'a', 'p', 'c', '${date}', ${offset}, 'GDM', '1', 'o', 'v', 'f', 'm', 'd')`,
      );
      const latest = await suite.store.patientInstallations.findLatest(ownerId('p'));
      if (latest === undefined) throw new Error('not found');
      expect(await suite.store.patientInstallations.find(latest)).toEqual(latest);
      expect(latest.firstUsed.offsetSeconds).toBe(offset);
      expect(formatOffsetDateTime(latest.firstUsed)).toBe(shown);
      const change = { fields: { device: { model: text('x') } }, ...later };
      expect(await suite.store.patientInstallations.update(latest, change, latest)).toMatchObject({
        outcome: 'updated',
      });
    },
  );

  it('what an owner runs now counts the products that are not shown', async () => {
    await runSql(
      suite.settings,
      `insert into mobile select 'many' || i, '2022-01-01', 'a', '2022-01-01', 'a', 'many', 'd', '2022-01-01', 0, 'product ' || i, '1', '', '', '', '', ''
         from generate_series(1, 1203) as i`,
    );
    const { current, omitted } = await suite.store.queries.patientInstallations.findCurrent(ownerId('many'));
    expect([current.length, omitted]).toEqual([1_000, 203]);
  });

  it('a range of versions leaves out those of more than 1,000 bytes', async () => {
    const dots = (length: number) => `'5.' || repeat('1', ${length - 2})`;
    for (const length of [3, 64, 70, 1_000, 1_001, 200_000]) {
      await insertMeter(`v${length}`, '2022-01-01', '5.5');
      await runSql(
        suite.settings,
        `update blood_glucose_meter set app_version = ${dots(length)} where uuid = 'v${length}'`,
        `insert into mobile values ('v${length}', '2022-01-01', 'a', '2022-01-01', 'a', 'v${length}', 'c', '2022-01-01', 0, 'GDM', ${dots(length)}, 'o', 'v', 'f', 'm', 'd')`,
      );
    }
    await foldAll(await foldConnection(suite.settings));
    const { allMeters, fleet } = suite.store.queries;
    const range = { from: parseVersion('5') };
    const searchMeters = () => allMeters.search({ filter: { appVersionRange: range }, order: 'oldest', limit: 10 });
    const meters = await searchMeters();
    const lengths = (versions: readonly string[]) =>
      versions.map((version) => version.length).toSorted((a, b) => a - b);
    expect(lengths(meters.results.map(({ record }) => record.appVersion))).toEqual([3, 64, 70, 1_000]);
    // The same while the index of the versions does not exist yet.
    await runSql(suite.settings, 'alter index blood_glucose_meter_version rename to not_yet');
    const { results } = await searchMeters();
    await runSql(suite.settings, 'alter index not_yet rename to blood_glucose_meter_version');
    expect(results).toEqual(meters.results);
    const order = { by: 'since', direction: 'ascending' } as const;
    const people = await fleet.patients.search({ filter: { versions: { appVersion: range } }, order, limit: 10 });
    expect(lengths(people.results.map(({ record }) => record.installation.device.appVersion))).toEqual([
      3, 64, 70, 1_000,
    ]);
  });
});
