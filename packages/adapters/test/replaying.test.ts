import {
  type ErasureRequest,
  type KeptErasures,
  type PersonId,
  type RecordId,
  UNKNOWN_ACTOR,
} from '@polaris-telemetry/domain';
import { actor, aMobileInstallation, instant, ownerId, recordId } from '@polaris-telemetry/domain/testing';
import { describe, expect, it } from 'vitest';
import { readKeptErasures, readVitals, replayErasures } from '../src/index.js';
import { INCARNATION } from '../src/postgres/person/incarnations.js';
import { MissingKeyError } from '../src/postgres/person/replay-erasures.js';
import { keyOf, subjectOf } from '../src/postgres/person/subjects.js';
import { databaseServers } from './support/databases.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

const AT = instant('2032-06-01T00:00:00.123456Z');

function request(id: string, person: string): ErasureRequest {
  return { id: recordId(id), personId: person as PersonId, at: AT, by: actor('officer') };
}

describe.each(databaseServers())('replaying erasures on $name', (server) => {
  const suite = storeForSuite(server);
  const sql = (...statements: string[]) => runSql(suite.settings, ...statements);
  const kept = () => readKeptErasures(suite.settings);
  const replay = (file: KeptErasures) => replayErasures(suite.settings, file, () => {});
  const receipts = () => sql(`select id, at::text, by, counts::text, subject from erasure order by id`);

  async function empty() {
    await sql('delete from erasure', 'delete from access');
    return await suite.empty();
  }

  it('erases whoever came back, once, and keeps the receipt as it was', async () => {
    const store = await empty();
    const come = async () =>
      store.patientInstallations.add(aMobileInstallation({ id: recordId('m'), ownerId: ownerId('back') }));
    await come();
    await store.personEraser.erase(request('1', 'back'));
    await store.personEraser.erase(request('2', 'back'));
    await store.personEraser.erase(request('3', 'nobody'));
    const [file, before] = [await kept(), await receipts()];
    expect(file.receipts.map(({ id }) => id)).toEqual(['1', '2', '3']);
    // Who registers again after an erasure that the database knows of stays.
    await come();
    expect(await replay(file)).toEqual({ missing: 0, erased: 0 });
    expect(await sql('select uuid from mobile')).toHaveLength(1);
    await sql('delete from erasure');
    expect(await replay(file)).toEqual({ missing: 3, erased: 1 });
    expect(await sql('select uuid from mobile')).toEqual([]);
    expect(await receipts()).toEqual(before.map((row) => ({ ...row, by: UNKNOWN_ACTOR })));
    expect(await replay(file)).toEqual({ missing: 0, erased: 0 });
  });

  it('finds an id in whichever place it stands alone', async () => {
    await empty();
    const long = `${'x'.repeat(80)} é`;
    const record = (id: string, owner: string, by: string, changed: string) =>
      `('${id}', '2022-01-01', '${by}', '2022-01-01', '${changed}', '${owner}', 'd', '2022-01-01', 0, 'p', '1', 'o', 'v', 'm', 'x', 'n')`;
    const access = (person: string | null, who: string, query: string | null, id: string, ids: readonly string[]) =>
      `insert into access (at, actor, operation, person_id, query, status, request_id, ids) values
        (now(), '${who}', 'GET /', ${person && `'${person}'`}, ${query && `'${query}'`}, 200, '${id}', '{${ids.map((each) => `"${each}"`)}}')`;
    await sql(
      `insert into mobile values ${record('1', 'owner', 'other', 'other')}, ${record('2', 'other', 'maker', 'other')}, ${record('3', 'other', 'other', 'changer')}`,
      `update mobile set modified_by_ = 'other', app_version = '2'`,
      `insert into blood_glucose_meter values ('4', now(), 'other', now(), 'other', 'm', 's', '${long} meter', now(), null, 'g', '1', null)`,
      `insert into idempotency_key (id, kind, owner, fingerprint, snapshot, created) values ('\\x01', 'mobile', 'other', '\\x02', '{"created_by_":"copied"}', now())`,
      `insert into erasure values ('by', now(), 'eraser', 'subject', '{}')`,
      access('looked at', 'other', null, 'r', ['looked at', 'other', 'r']),
      access(null, 'looker', null, 'r', ['looker', 'r']),
      access(null, 'other', 'patient_id=asked+for', 'r', ['other', 'asked for', 'r']),
      access(null, 'other', null, 'asked by', ['other', 'asked by']),
      access(null, 'other', `patient_id=${encodeURIComponent(long)}`, 'r', ['other', long.slice(0, 64), 'r']),
    );
    const people = ['owner', 'maker', 'changer', `${long} meter`, 'copied', 'eraser', 'looked at', 'looker']
      .concat('asked for', 'asked by', long)
      .map((id, place) => ({ id, place }));
    const { keys } = await kept();
    const counts = (await suite.store.personEraser.count('nobody' as PersonId)) as never;
    const file = people.map(({ id, place }) => ({
      id: `r${place}` as RecordId,
      at: AT,
      subject: subjectOf(keyOf(keys[0]?.key ?? ''), id),
      counts,
    }));
    expect(await replay({ keys, receipts: file })).toEqual({ missing: people.length, erased: people.length });
    const [left] = await sql(
      `select concat_ws(' ', (select string_agg(m::text, ' ') from mobile m), (select string_agg(m::text, ' ') from mobile_revision m),
         (select string_agg(m::text, ' ') from blood_glucose_meter m), (select string_agg(m::text, ' ') from access m),
         (select string_agg(m::text, ' ') from erasure m), (select string_agg(m::text, ' ') from idempotency_key m)) as text`,
    );
    for (const { id } of people) expect(left?.['text']).not.toMatch(new RegExp(`\\b${id.replace(' ', '.')}\\b`));
    expect(left?.['text']).not.toContain('xxxx');
  });

  it('refuses receipts of a key that nobody has, and takes the key from outside', async () => {
    const store = await empty();
    await store.patientInstallations.add(aMobileInstallation({ ownerId: ownerId('back') }));
    await store.personEraser.erase(request('1', 'back'));
    const file = await kept();
    await store.patientInstallations.add(aMobileInstallation({ ownerId: ownerId('back') }));
    // A backup from before there was a key, migrated.
    await sql('delete from erasure', `update erasure_key set key = '\\x${'ab'.repeat(32)}', created = '2042-01-01'`);
    await expect(replay({ keys: [], receipts: file.receipts })).rejects.toThrow(MissingKeyError);
    expect(await receipts()).toEqual([]);
    expect(await replay(file)).toEqual({ missing: 1, erased: 1 });
    // The oldest key makes digests again.
    await store.personEraser.erase(request('2', 'back'));
    expect((await kept()).receipts.map(({ subject }) => subject)).toEqual(Array(2).fill(file.receipts[0]?.subject));
    await sql(`delete from erasure_key where created > '2040-01-01'`);
  });

  it('marks the database as one in which no receipt is missing', async () => {
    await empty();
    const marks = () => sql(`select from erasure_replay where incarnation = ${INCARNATION}`);
    expect(await marks()).toHaveLength(1);
    await sql('delete from erasure_replay');
    await replay(await kept());
    expect(await marks()).toHaveLength(1);
  });

  if (server.distributed) {
    it('erases whom a restored node brought back, though the coordinator has the receipt, and no one who came back', async () => {
      const store = await empty();
      const come = async (person: string, created: string, by = person) => {
        const audit = { ...aMobileInstallation().audit, created: instant(created), createdBy: actor(by) };
        const record = aMobileInstallation({ id: recordId(`m ${person}`), ownerId: ownerId(person), audit });
        await store.patientInstallations.add(record);
      };
      for (const person of ['restored', 'named', 'returned']) await store.personEraser.erase(request(person, person));
      const file = await kept();
      await come('restored', '2022-01-01T00:00:00Z');
      await come('other', '2022-01-01T00:00:00Z', 'named');
      await come('returned', '2042-01-01T00:00:00Z');
      expect(await replay(file)).toEqual({ missing: 0, erased: 0 });
      const replayed = async () => (await readVitals(suite.settings)).account?.replayed;
      expect(await replayed()).toBe(true);
      // A timeline of the node's that no one knows.
      await sql(`delete from erasure_replay where incarnation <> ${INCARNATION}`);
      expect(await replayed()).toBe(false);
      expect(await replay({ keys: [], receipts: [] })).toEqual({ missing: 0, erased: 2 });
      expect(await sql('select patient_id, created_by_ from mobile order by 1')).toEqual([
        { patient_id: 'other', created_by_: 'erased' },
        { patient_id: 'returned', created_by_: 'returned' },
      ]);
      expect(await replayed()).toBe(true);
    });
  }
});
