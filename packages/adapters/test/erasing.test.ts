import { createHash, createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Access,
  type Actor,
  ERASED,
  type ErasureRequest,
  type PersonId,
  type RecordId,
} from '@polaris-telemetry/domain';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  anAccess,
  dateTime,
  instant,
  meterOwnerId,
  ownerId,
  recordId,
  text,
} from '@polaris-telemetry/domain/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkFleet, type PostgresStore } from '../src/index.js';
import { databaseServers } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { openSession, runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

const ME = 'the person, é "\\';
const OTHER = 'somebody else';
const later = { at: instant('2022-05-06T07:08:09Z'), by: actor(ME) };

function request(id: string, by = 'officer'): ErasureRequest {
  return { id: id as RecordId, personId: meterOwnerId(ME), at: instant('2022-06-01T00:00:00Z'), by: actor(by) };
}

function access(some: Partial<Access>): Access {
  return anAccess({ actor: OTHER as Actor, ...some });
}

/** Puts the person wherever a person can be. */
async function fill(store: PostgresStore): Promise<void> {
  const retry = (key: string) => ({ key: key as never, fingerprint: 'f' });
  for (const owner of [ME, OTHER]) {
    const audit = { ...aMobileInstallation().audit, createdBy: actor(ME), modifiedBy: actor(ME) };
    const mobile = aMobileInstallation({ id: recordId(`m ${owner}`), ownerId: ownerId(owner), audit });
    await store.patientInstallations.add(mobile, retry('k'));
    const ref = { ownerId: ownerId(owner), id: mobile.id };
    await store.patientInstallations.update(ref, { fields: { device: { model: text('next') } }, ...later });
    const desktop = aDesktopInstallation({ id: recordId(`d ${owner}`), ownerId: ownerId(owner), audit });
    await store.clinicianInstallations.add(desktop, retry('k'));
    const meter = aBloodGlucoseMeter({ id: recordId(`b ${owner}`), patientId: meterOwnerId(owner), audit });
    await store.meters.add(meter);
    const change = { fields: { appVersion: text('next') }, ...later };
    await store.meters.update({ ownerId: meterOwnerId(owner), id: meter.id }, change);
  }
  const query = `patient_id=${encodeURIComponent(ME)}&actor=${encodeURIComponent(ME).replaceAll('%20', '+')}`;
  await store.accessLog.append(access({ personId: ME, query }));
  await store.accessLog.append(access({ actor: actor(ME), requestId: 'x' }));
  await store.accessLog.append(access({ query }));
}

describe.each(databaseServers())('erasing a person on $name', (server) => {
  const suite = storeForSuite(server);

  /** How many rows of each table hold a text, in whatever column. */
  async function tracesOf(words: string): Promise<Record<string, number>> {
    const tables = await runSql(
      suite.settings,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await runSql(
        suite.settings,
        `select count(*)::integer as rows from ${name} t where row_to_json(t)::text like '%${words}%'`,
      );
      if (Number(row?.['rows']) > 0) found[String(name)] = Number(row?.['rows']);
    }
    return found;
  }

  async function fold(): Promise<void> {
    await foldAll(await foldConnection(suite.settings));
  }

  it('leaves no trace of the id in any table, and nothing of others is changed but the name', async () => {
    const store = await suite.empty();
    await fill(store);
    await fold();
    await store.personEraser.erase({ ...request('by me', ME), personId: meterOwnerId('a third') });
    const before = await tracesOf('the person, ');
    for (const table of [
      'mobile',
      'mobile_revision',
      'fleet_mobile',
      'fleet_person',
      'idempotency_key',
      'access',
      'erasure',
    ]) {
      expect(before, table).toHaveProperty(table);
    }
    const outcome = await store.personEraser.erase({ ...request('1'), access: access({ personId: ME, status: 201 }) });
    expect(outcome).toMatchObject({
      record: {
        counts: {
          patientInstallations: 1,
          clinicianInstallations: 1,
          bloodGlucoseMeters: 1,
          revisions: 5,
          retryCopies: 2,
          accesses: 3,
        },
      },
    });
    expect(await tracesOf('the person, ')).toEqual({});
    expect(await tracesOf('the\\\\+person')).toEqual({});
    const others = await runSql(
      suite.settings,
      `select created_by_, modified_by_, modified::text, (select count(*)::integer from mobile_revision) as states
         from mobile where patient_id = '${OTHER}'`,
    );
    expect(others).toEqual([{ created_by_: ERASED, modified_by_: ERASED, modified: '2022-05-06 07:08:09', states: 1 }]);
    await fold();
    expect(await tracesOf('the person, ')).toEqual({});
  });

  it('leaves others counted who changed versions on the same day, the other way round', async () => {
    const store = await suite.empty();
    for (const [owner, versions] of Object.entries({ [ME]: ['4.1', '4.2'], [OTHER]: ['4.2', '4.1'] })) {
      for (const [index, day] of ['2022-01-10', '2022-05-10'].entries()) {
        const device = { ...aMobileInstallation().device, appVersion: text(versions[index] ?? '') };
        await store.patientInstallations.add(
          aMobileInstallation({
            id: recordId(`${owner} ${day}`),
            ownerId: ownerId(owner),
            device,
            firstUsed: dateTime(`${day}T08:00:00Z`),
            audit: { ...aMobileInstallation().audit, created: instant('2022-05-11T00:00:00Z') },
          }),
        );
      }
    }
    await fold();
    await store.personEraser.erase(request('one of two'));
    await fold();
    expect(await checkFleet(suite.settings)).toMatchObject({ isExact: true, wrongSums: 0 });
  });

  it('leaves no trace where an administrator has turned the triggers off', async () => {
    const store = await suite.empty();
    await fill(store);
    for (const table of ['mobile', 'desktop', 'blood_glucose_meter'])
      await runSql(suite.settings, `alter table ${table} disable trigger user`);
    await store.personEraser.erase(request('off'));
    for (const table of ['mobile', 'desktop', 'blood_glucose_meter'])
      await runSql(suite.settings, `alter table ${table} enable trigger user`);
    expect(await tracesOf('the person, ')).toEqual({});
  });

  it('keeps of a retry key only digests that no one can compute without the key of the database', async () => {
    const store = await suite.empty();
    const retry = { key: 'k' as never, fingerprint: 'what was sent', valuesFingerprint: 'its values' };
    await store.personEraser.erase({ ...request('keyed'), retry });
    const [row = {}] = await runSql(
      suite.settings,
      `select id, owner, fingerprint, values_fingerprint, snapshot, (select key from erasure_key order by created limit 1) as key,
              (select subject from erasure where id = 'keyed') as subject
         from idempotency_key where kind = 'erasure'`,
    );
    const keyed = (words: string) =>
      createHmac('sha256', row['key'] as Buffer)
        .update(words)
        .digest();
    expect(row).toMatchObject({ owner: row['subject'], snapshot: { erasure: 'keyed' } });
    expect(row['subject']).toBe(keyed(ME).toString('hex'));
    expect(row['fingerprint']).toEqual(keyed(retry.fingerprint));
    expect(row['values_fingerprint']).toEqual(keyed(retry.valuesFingerprint));
    const id = createHash('sha256').update(JSON.stringify(['erasure', row['subject'], 'k']));
    expect(row['id']).toEqual(id.digest());
  });

  describe('meanwhile', () => {
    const others = ['z', 'm', 'a'];
    const patch = (store: PostgresStore, id: string) =>
      store.patientInstallations.update(
        { ownerId: ownerId(OTHER), id: recordId(id) },
        { fields: { device: { model: text('patched') } }, at: later.at, by: actor(OTHER) },
      );

    /** Another owner's phones that name the person; the order of their rows is not that of their ids. */
    async function filled(): Promise<PostgresStore> {
      const store = await suite.empty();
      await fill(store);
      const { audit } = aMobileInstallation();
      for (const id of others) {
        const made = { ...audit, createdBy: actor(ME) };
        await store.patientInstallations.add(
          aMobileInstallation({ id: recordId(id), ownerId: ownerId(OTHER), audit: made }),
        );
      }
      await fold();
      return store;
    }

    /** Begins erasures that come no further than a row that another session has locked. */
    async function erasuresHeldAt(store: PostgresStore, row: string, people: readonly string[]) {
      const holder = await openSession(suite.settings);
      onTestFinished(() => holder.end());
      await holder.query('begin');
      expect((await holder.query(`select from ${row} for update`)).rowCount, row).toBeGreaterThan(0);
      const erasing = people.map((id, number) =>
        store.personEraser.erase({ ...request(`${number} ${row}`.slice(0, 36)), personId: meterOwnerId(id) }),
      );
      const waits = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      // Not the holder's own view: a transaction sees only the connections that were open when it first looked.
      await expect.poll(async () => (await runSql(suite.settings, waits)).length).toBe(people.length);
      return { erasing: Promise.all(erasing), release: () => holder.query('commit') };
    }

    async function erasureHeldAt(store: PostgresStore, row: string) {
      const { erasing, release } = await erasuresHeldAt(store, row, [ME]);
      return { erasing: erasing.then(([first]) => first), release };
    }

    it('an access that comes meanwhile is left whole, and the next erasure takes it', async () => {
      const store = await filled();
      const { erasing, release } = await erasureHeldAt(store, `access where person_id = '${ME}'`);
      const query = `patient_id=${encodeURIComponent(ME)}`;
      await store.accessLog.append(access({ personId: ME, query, requestId: ME }));
      await release();
      await erasing;
      const next = await store.personEraser.erase(request('the next'));
      expect(next).toMatchObject({ record: { counts: { accesses: 1 } } });
      expect(await tracesOf('the person, ')).toEqual({});
      expect(await tracesOf('the%20person')).toEqual({});
    });

    it('records that come meanwhile and stay are found by search and reports', async () => {
      const store = await filled();
      const { erasing, release } = await erasureHeldAt(store, `access where person_id = '${ME}'`);
      await store.patientInstallations.add(aMobileInstallation({ id: recordId('new'), ownerId: ownerId(ME) }));
      await store.clinicianInstallations.add(aDesktopInstallation({ id: recordId('new'), ownerId: ownerId(ME) }));
      const told = { id: recordId('new'), patientId: meterOwnerId(ME), isBgValueCorrect: true };
      await store.meters.add(aBloodGlucoseMeter(told));
      await release();
      await erasing;
      await fold();
      const found = ['fleet_mobile', 'fleet_desktop', 'fleet_reading'].map(
        (table) => `(select count(*)::integer from ${table} where uuid = 'new') as ${table}`,
      );
      const [row] = await runSql(suite.settings, `select ${found.join(', ')}`);
      expect(row).toEqual({ fleet_mobile: 1, fleet_desktop: 1, fleet_reading: 1 });
    });

    it('another erasure takes the other name out of the same access', async () => {
      const store = await filled();
      await store.accessLog.append(access({ query: `patient_id=yet%20another&patient_id=${encodeURIComponent(ME)}` }));
      const row = `access where query like '%yet%20another%'`;
      const { erasing, release } = await erasuresHeldAt(store, row, [ME, 'yet another']);
      await release();
      await erasing;
      expect(await tracesOf('yet%another')).toEqual({});
      expect(await tracesOf('the%20person')).toEqual({});
    });

    it.each([
      `mobile where uuid = 'm ${ME}'`,
      `mobile_revision where uuid = 'm ${OTHER}'`,
      `access where person_id = '${ME}'`,
      `fleet_mobile where patient_id = '${ME}'`,
    ])(
      'a change of another’s record that names the person does not wait, while the erasure waits for %s',
      async (row) => {
        const store = await filled();
        const { erasing, release } = await erasureHeldAt(store, row);
        for (const id of others) expect((await patch(store, id)).outcome).toBe('updated');
        await release();
        expect((await erasing)?.outcome).toBe('added');
        await fold();
        expect(await tracesOf('the person, ')).toEqual({});
      },
    );

    /** Begins a change of another's record, which has to wait while the erasure waits for the record "m". */
    async function patchBeside(id: string, isChangedBefore: (store: PostgresStore) => Promise<void>) {
      const store = await filled();
      const { erasing, release } = await erasureHeldAt(store, `mobile where uuid = 'm'`);
      await isChangedBefore(store);
      let isPatched = false;
      const patching = patch(store, id).finally(() => {
        isPatched = true;
      });
      await pause(200);
      expect(isPatched).toBe(false);
      await release();
      expect((await erasing)?.outcome).toBe('added');
      expect(await patching).toMatchObject({ outcome: 'updated', record: { audit: { createdBy: ERASED } } });
      await fold();
      expect(await tracesOf('the person, ')).toEqual({});
    }

    // Citus locks the rows of each shard as it finds them: here in the order in which they were added.
    if (server.distributed) {
      it('a change of another’s record that the erasure has reached waits its turn', () =>
        patchBeside('z', async () => {}));
    } else {
      it('others’ records are changed in the order of their ids, and a change of one that is waits its turn', () =>
        patchBeside('a', async (store) => expect((await patch(store, 'z')).outcome).toBe('updated')));
    }
  });

  it('is all or nothing when its backend is killed at any moment', async () => {
    const store = await suite.empty();
    await runSql(
      suite.settings,
      `insert into mobile select 'm ' || n, '2022-01-01', 'a', '2022-01-01', 'a', 'many', 'd', '2022-01-01', 0, 'p', '1', 'o', 'v', 'm', 'x', 'n'
         from generate_series(1, 3000) n`,
      `update mobile set model = 'next'`,
      `insert into mobile values ('other', '2022-01-01', 'many', '2022-01-01', 'b', 'q', 'd', '2022-01-01', 0, 'p', '1', 'o', 'v', 'm', 'x', 'n')`,
    );
    const state = async () => {
      const [row] = await runSql(
        suite.settings,
        `select (select count(*)::integer from mobile where patient_id = 'many') as records,
                (select count(*)::integer from mobile_revision where patient_id = 'many') as states,
                (select count(*)::integer from mobile where created_by_ = 'many') as names,
                (select count(*)::integer from erasure where id like 'kill %') as receipts`,
      );
      return row;
    };
    const untouched = { records: 3000, states: 3000, names: 1, receipts: 0 };
    const erased = { records: 0, states: 0, names: 0, receipts: 1 };
    const killer = await openSession(suite.settings);
    for (let attempt = 1; ; attempt++) {
      const work = store.personEraser
        .erase({ ...request(`kill ${attempt}`), personId: 'many' as PersonId })
        .then(({ outcome }) => outcome, String);
      // Each time a little later, until it comes to its end.
      await pause(12 * attempt);
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_xid is not null
            and datname = current_database()`,
      );
      const outcome = await work;
      // That the connection was lost in the moment of the commit leaves open what became of it; never a half.
      const now = await state();
      expect([untouched, erased], outcome).toContainEqual(now);
      if (outcome === 'added') expect(now).toEqual(erased);
      if (now?.['receipts'] === 1) break;
    }
    await killer.end();
  });
});
