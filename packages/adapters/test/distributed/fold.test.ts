import { describe, expect, it } from 'vitest';
import { checkFleet } from '../../src/index.js';
import { isDistributed } from '../../src/postgres/connections/distribution.js';
import { checkSomePeople } from '../../src/postgres/fleet/check/check-some-people.js';
import { removeExpiredRetryKeys } from '../../src/postgres/fleet/fold/across-nodes/expired-retry-keys.js';
import { moveNotes } from '../../src/postgres/fleet/fold/across-nodes/move-notes.js';
import { FOLD_LOCK } from '../../src/postgres/fleet/fold/fold-lock.js';
import { foldStep } from '../../src/postgres/fleet/fold/fold-step.js';
import { databaseServers, migratedDatabase } from '../support/databases.js';
import { expectExact, foldAll, foldConnection, people } from '../support/fleet.js';
import { openSession, runSql } from '../support/sql.js';

const NOTES = `select (select count(*)::int from fleet_note) as kept, (select count(*)::int from fleet_queue where owner is not null) as queued`;

describe.each(databaseServers())('the fold across nodes on $name', (server) => {
  it('moves all notes to the queue before it says that the state holds, however many there are', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    expect(isDistributed(client)).toBe(true);
    await foldAll(client);
    const asOf = async () => (await runSql(settings, 'select as_of from fleet_state'))[0]?.['as_of'];
    const before = await asOf();
    // Many of a few people, and the only one of another last.
    await runSql(settings, people(3));
    await runSql(
      settings,
      `insert into fleet_note (kind, owner) select 'mobile', 'person ' || i % 3 from generate_series(1, 5100) as i`,
      people(1, 7),
    );
    const step = await foldStep(client);
    expect(step).toMatchObject({ more: true, people: 3 });
    expect(await asOf()).toBe(before);
    await foldAll(client);
    expect(await asOf()).not.toBe(before);
    expect(await runSql(settings, NOTES)).toEqual([{ kept: 0, queued: 0 }]);
    await expectExact(settings);
  });

  it('leaves notes where they are while another process folds, and checks nobody then', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    await runSql(settings, people(2));
    const other = await openSession(settings);
    try {
      await other.query('begin');
      await other.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK]);
      expect(await moveNotes(client)).toEqual({ busy: true, more: false });
      expect(await foldStep(client)).toMatchObject({ busy: true });
      expect(await runSql(settings, NOTES)).toEqual([{ kept: 4, queued: 0 }]);
      expect(await checkSomePeople(client)).toBeUndefined();
    } finally {
      await other.end();
    }
    await foldAll(client);
    await expectExact(settings);
  });

  it('calls nobody wrong whose records change while they are checked', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(5), METER);
    const client = await foldConnection(settings);
    await foldAll(client);
    // Others write just before what is compared is read: those people were chosen, and nothing was noted about them.
    const meanwhile = new Map([
      ['select m.patient_id, json_build_object', `update mobile set app_version = '9' where uuid = 'r5'`],
      ['select json_build_object', `update blood_glucose_meter set is_bg_value_correct = false where uuid = 'm1'`],
    ]);
    const query = client.query.bind(client);
    client.query = (async (...args: Parameters<typeof query>) => {
      const [sent] = args as unknown as [string | { readonly text: string }];
      const text = (typeof sent === 'string' ? sent : sent.text).trimStart();
      for (const [beginning, change] of meanwhile) {
        if (!text.startsWith(beginning)) continue;
        await runSql(settings, change);
        meanwhile.delete(beginning);
      }
      return query(...args);
    }) as typeof client.query;
    expect(await checkSomePeople(client)).toEqual({ people: 6, differing: 0, parked: 0 });
    expect(meanwhile.size).toBe(0);
  });

  it('leaves out a patient whose answers are too long to travel, says so, and counts the others', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, METER, LONG_ANSWERS);
    const client = await foldConnection(settings);
    expect((await foldStep(client)).parked).toBeGreaterThan(0);
    await foldAll(client);
    expect(await runSql(settings, 'select patient_id from fleet_reading')).toEqual([{ patient_id: 'patient' }]);
    expect(await checkFleet(settings)).toMatchObject({ isExact: true, kinds: [{}, {}, { expected: 1, stored: 1 }] });
    expect(await checkSomePeople(client)).toMatchObject({ differing: 0 });
  });

  it('removes expired retry keys, everyone’s', async () => {
    const settings = await migratedDatabase(server);
    await runSql(
      settings,
      `insert into idempotency_key (id, kind, owner, fingerprint, snapshot, created)
         select sha256(i::text::bytea), 'mobile', 'person ' || i, '', '{}',
                clock_timestamp() at time zone 'UTC' - case when i > 3 then interval '24 hours 1 second' else interval '23 hours' end
           from generate_series(1, 10500) as i`,
    );
    await removeExpiredRetryKeys(await foldConnection(settings));
    const left = await runSql(settings, 'select owner from idempotency_key order by owner');
    expect(left.map(({ owner }) => owner)).toEqual(['person 1', 'person 2', 'person 3']);
  });
});

const LONG_ANSWERS = `insert into blood_glucose_meter
  select 'long ' || i, '2022-03-01', 'a', '2022-03-01', 'a', 'none', repeat('x', 1100000) || i, 'talker', '2022-03-01', true, 'GDM', '4', 5
    from generate_series(1, 64) as i`;
const METER = `insert into blood_glucose_meter values ('m1', '2022-03-01', 'a', '2022-03-01', 'a', 'r1', 'SN', 'patient', '2022-03-01', true, 'GDM', '4', 5)`;
