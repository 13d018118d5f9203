import { type Installation, LATEST_INSTANT, type MobileDevice, type Store } from '@polaris-telemetry/domain';
import {
  actor,
  aMobileInstallation,
  type InMemoryStore,
  inMemoryStore,
  instant,
  meterOwnerId,
  ownerId,
  recordId,
  text,
} from '@polaris-telemetry/domain/testing';
import fc from 'fast-check';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { timestampText } from '../src/postgres/records/timestamp-text.js';
import { databaseServers } from './support/databases.js';
import { HOSTILE_ROWS } from './support/original.js';
import { openSession, runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

type Phone = Installation<MobileDevice>;

const IDS = ['1', '2'].map(recordId);
const OWNERS = ['ana', 'zoe'].map(ownerId);

/** What is done to one record, by the API or by hand. */
const steps = fc.record({
  id: fc.constantFrom(...IDS),
  owner: fc.constantFrom(...OWNERS),
  what: fc.constantFrom('add', 'patch', 'patch', 'patch', 'version', 'version', 'audit', 'owner', 'nothing', 'delete'),
  version: fc.constantFrom(...['1.0', '1.1', ''].map(text)),
  at: fc.constantFrom(
    ...['2022-01-01T00:00:00.000001Z', '2030-01-01T00:00:00Z', '1999-01-01T00:00:00Z'].map((at) => instant(at)),
  ),
});
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

describe.each(databaseServers())('revisions on $name', (server) => {
  const suite = storeForSuite(server);

  it('are those of the reference, whatever the API and SQL do to a record', async () => {
    const sql = await openSession(suite.settings);
    // Citus lets no record change its owner.
    const possible = steps.filter(({ what }) => !(server.distributed && what === 'owner'));
    const histories = fc.asyncProperty(fc.array(possible, { maxLength: 25 }), async (history) => {
      const [store, reference] = [await suite.empty(), inMemoryStore()];
      // Without records most steps would have nothing to do.
      for (const id of IDS) await addTo([store, reference], aMobileInstallation({ id, ownerId: ownerId('ana') }));
      for (const step of history) await apply(step, store, reference, sql);
      for (const id of IDS) {
        for (const owner of OWNERS) expect(await shown(store, owner, id)).toEqual(await shown(reference, owner, id));
      }
    });
    await fc.assert(histories, { numRuns: 30 });
    await sql.end();
  });

  it('show states that the original let in, and those that have no place in a calendar', async () => {
    const store = await suite.empty();
    await runSql(suite.settings, HOSTILE_ROWS);
    await runSql(
      suite.settings,
      `update mobile set created = 'infinity', modified = 'infinity', date_first_launched_time_zone_ = 3601`,
      `update mobile set modified = '-infinity', date_first_launched_ = '2022-01-01'`,
      `update blood_glucose_meter set blood_glucose_value = 'NaN', modified = '0044-03-15 BC'`,
    );
    const rows = await runSql(suite.settings, `select uuid, patient_id from mobile where uuid not like 'same-%'`);
    for (const { uuid, patient_id } of rows) {
      const page = await shown(store, ownerId(String(patient_id)), recordId(String(uuid)));
      expect(page?.results.map(({ number }) => number)).toEqual([3, 2, 1]);
      expect(page?.results[1]?.record.audit.modified).toEqual(LATEST_INSTANT);
    }
    const ref = { ownerId: meterOwnerId('p1'), id: recordId('00000000-0000-4000-8000-000000000022') };
    const meters = await store.queries.revisions.meters.listRevisions(ref, { limit: 10 });
    expect(meters?.results.map(({ record }) => record.bloodGlucoseValue)).toEqual([null, null]);
  });

  it('come in pages of some megabytes where a record has versions of a megabyte, and all of them in a walk', async () => {
    const store = await suite.empty();
    const phone = aMobileInstallation();
    await store.patientInstallations.add(phone);
    const version = `(select string_agg(md5(random()::text), '') from generate_series(1, 32768) where n > 0)`;
    await runSql(
      suite.settings,
      `do $$ begin for n in 1..12 loop
         update mobile set app_version = n || ${version}, modified = modified + interval '1 day';
       end loop; end $$`,
    );
    const numbers: number[] = [];
    let after: string | undefined;
    let more = true;
    while (more) {
      const page = await store.queries.revisions.patientInstallations.listRevisions(phone, { limit: 1000, after });
      const results = page?.results ?? [];
      expect(results.length).toBeGreaterThan(0);
      expect(results.reduce((bytes, { record }) => bytes + record.device.appVersion.length, 0)).toBeLessThan(9_000_000);
      for (const { record, previous, number } of results.slice(0, -1)) {
        expect([record.device.appVersion.slice(0, 1), previous === undefined]).toEqual([String(number - 1)[0], false]);
      }
      numbers.push(...results.map(({ number }) => number));
      after = results.at(-1)?.place;
      more = page?.more === true;
    }
    expect(numbers).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('are numbered from the oldest known one, and a walk goes on, where older states have been removed', async () => {
    const store = await suite.empty();
    const phone = aMobileInstallation();
    await store.patientInstallations.add(phone);
    await runSql(
      suite.settings,
      `do $$ begin for n in 1..5 loop update mobile set app_version = n::text, modified = modified + interval '1 day'; end loop; end $$`,
    );
    const { listRevisions } = store.queries.revisions.patientInstallations;
    const first = await listRevisions(phone, { limit: 2 });
    expect(first?.complete).toBe(true);
    await runSql(suite.settings, 'delete from mobile_revision where number <= 2');
    const rest = await listRevisions(phone, { limit: 9, after: first?.results.at(-1)?.place });
    expect(rest?.results.map(({ number, record }) => [number, record.device.appVersion])).toEqual([
      [2, text('3')],
      [1, text('2')],
    ]);
    expect(rest).toMatchObject({ more: false, complete: false });
  });

  it('cost one descent of an index, at any depth', async () => {
    await suite.empty();
    await runSql(
      suite.settings,
      `insert into mobile select n::text, '2022-01-01', 'a', '2022-01-01', 'a', 'p', 'd', '2022-01-01', 0, 'p', '1', 'o', 'v', 'm', 'x', 'n'
         from generate_series(1, 3) as n`,
      `insert into mobile_revision select m.uuid, n, now(), m.created, m.created_by_, m.modified, m.modified_by_, m.patient_id,
         m.unique_device_code, m.date_first_launched_, m.date_first_launched_time_zone_, m.app_product, m.app_version, m.phone_os,
         m.phone_os_version, m.manufacturer, m.model, m.display_name from mobile m cross join generate_series(1, 20000) as n`,
      'analyze mobile, mobile_revision',
    );
    const read = `select sum(idx_tup_fetch + idx_tup_read)::int as rows from pg_stat_user_indexes where relname = 'mobile_revision'`;
    const rowsRead = async () => {
      await runSql(suite.settings, 'select pg_stat_force_next_flush()').catch(() => {});
      return Number((await runSql(suite.settings, read))[0]?.['rows']);
    };
    const before = await rowsRead();
    const ref = { ownerId: ownerId('p'), id: recordId('2') };
    const page = await suite.store.queries.revisions.patientInstallations.listRevisions(ref, {
      limit: 10,
      after: '10',
    });
    expect(page?.results.map(({ number }) => number)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await expect.poll(rowsRead).toBeGreaterThan(before);
    expect((await rowsRead()) - before).toBeLessThan(100);
  });
});

async function addTo(stores: readonly Store[], phone: Phone): Promise<void> {
  for (const store of stores) await store.patientInstallations.add(phone);
}

async function shown(store: Store, owner: Phone['ownerId'], id: Phone['id']) {
  const ref = { ownerId: owner, id };
  const page = await store.queries.revisions.patientInstallations.listRevisions(ref, { limit: 100 });
  return page && { ...page, asOf: undefined, results: page.results.map((each) => ({ ...each, place: undefined })) };
}

async function apply(step: Step, store: Store, reference: InMemoryStore, sql: pg.Client): Promise<void> {
  const { id, owner, what, version, at } = step;
  const present = await presentState(reference, id);
  if (present === undefined) {
    if (what === 'add') await addTo([store, reference], aMobileInstallation({ id, ownerId: owner }));
    return;
  }
  const { audit, device } = present;
  const byHand = async (change: string, value: string, after: Phone) => {
    await sql.query(`update mobile set ${change} where uuid = $2`, [value, id]);
    reference.byHand.patientInstallations.overwrite(after);
  };
  switch (what) {
    case 'patch': {
      const ref = { ownerId: owner, id };
      const change = { fields: { device: { appVersion: version } }, at, by: actor(owner) };
      const outcomes = [store, reference].map(({ patientInstallations }) => patientInstallations.update(ref, change));
      const [actual, expected] = await Promise.all(outcomes);
      return expect(actual).toEqual(expected);
    }
    case 'version':
      return byHand('app_version = $1', version, { ...present, device: { ...device, appVersion: version } });
    case 'audit':
      return byHand('modified = $1', timestampText(at), { ...present, audit: { ...audit, modified: at } });
    case 'owner':
      return byHand('patient_id = $1', owner, { ...present, ownerId: owner });
    case 'nothing':
      return byHand('model = $1', device.model, present);
    case 'delete':
      await sql.query('delete from mobile where uuid = $1', [id]);
      return reference.byHand.patientInstallations.remove(id);
  }
}

async function presentState({ patientInstallations }: Store, id: Phone['id']): Promise<Phone | undefined> {
  const found = await Promise.all(OWNERS.map((owner) => patientInstallations.find({ ownerId: owner, id })));
  return found.find((each) => each !== undefined);
}
