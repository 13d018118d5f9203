import { beforeEach, describe, expect, it } from 'vitest';
import { connectPostgres, type DatabaseSettings, migrateUp } from '../src/index.js';
import { RECORD_TABLE_NAMES } from '../src/postgres/tables.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { HOSTILE_ROWS } from './support/original.js';
import { openSession, runSql } from './support/sql.js';

const AUDIT = `'2022-01-01', 'ana', '2022-01-01', 'ana'`;
const DEVICE = `'ana', 'code', '2022-01-01', 0, 'GDM', '1.0', 'iOS', '14', 'Apple', 'X', 'x'`;
const ROWS = `
  insert into mobile values ('m1', ${AUDIT}, ${DEVICE}), ('m2', ${AUDIT}, ${DEVICE});
  insert into desktop values ('d1', ${AUDIT}, 'carl', 'code', '2022-01-01', 0, 'GDM', '1.0', 'Windows', '10', '');
  insert into blood_glucose_meter values ('b1', ${AUDIT}, 'm1', 'SN', 'ana', '2022-01-01', null, 'GDM', '1.0', 5)`;

describe.each(databaseServers())('the triggers that keep revisions on $name', (server) => {
  let settings: DatabaseSettings;
  const sql = (...statements: readonly string[]) => runSql(settings, ...statements);
  /** The numbers and versions that are kept, in order. */
  const kept = async (table = 'mobile') =>
    (
      await sql(
        `select concat_ws(' ', uuid, number, app_version) as state from ${table}_revision order by uuid, number`,
      )
    ).map(({ state }) => state);

  beforeEach(async () => {
    settings = await freshDatabase(server);
    await migrateUp(settings);
    await sql(ROWS);
  });

  it('keep what stood there before each change, of every table, and nothing of a new record or a change of nothing', async () => {
    expect(await kept()).toEqual([]);
    await sql(
      `update mobile set app_version = '1.0'`,
      `update mobile set app_version = '1.1', modified = '2022-02-02', modified_by_ = 'bob' where uuid = 'm1'`,
      `update mobile set app_version = '1.2' where uuid = 'm1'`,
      `update desktop set app_version = '1.1'`,
      `update blood_glucose_meter set is_bg_value_correct = true`,
      `insert into mobile values ('m1', ${AUDIT}, ${DEVICE}) on conflict (uuid) do update set app_version = '1.3'`,
    );
    expect(await kept()).toEqual(['m1 1 1.0', 'm1 2 1.1', 'm1 3 1.2']);
    expect(await kept('desktop')).toEqual(['d1 1 1.0']);
    expect(await kept('blood_glucose_meter')).toEqual(['b1 1 1.0']);
    expect(await sql(`select modified, modified_by_, model from mobile_revision where number = 2`)).toEqual([
      { modified: '2022-02-02 00:00:00', modified_by_: 'bob', model: 'X' },
    ]);
  });

  it('keep hostile rows exactly', async () => {
    await sql(HOSTILE_ROWS);
    for (const table of RECORD_TABLE_NAMES) {
      const columns = `(select string_agg(attname, ',' order by attnum) from pg_attribute
        where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped)`;
      const names = (await sql(`select ${columns} as names`)).map((row) => row['names']).join();
      await sql(`create table before_${table} as select * from ${table}`, `update ${table} set modified_by_ = 'x'`);
      expect(
        await sql(
          `select md5((row(${names}))::text) from before_${table}
           except select md5((row(${names}))::text) from ${table}_revision`,
        ),
      ).toEqual([]);
    }
    expect((await kept()).length).toBe(510);
  });

  it('number the states in the order in which they were overwritten, whatever the clocks and other triggers do', async () => {
    await sql(
      `create function touch() returns trigger language plpgsql as $$ begin
         if new.app_version = 'first' then update mobile set app_version = 'touched' where uuid = new.uuid; end if;
         return null;
       end $$`,
      'create trigger "A touch" after update on mobile for each row execute function touch()',
      `begin`,
      `update mobile set app_version = 'first', modified = '2030-01-01' where uuid = 'm1'`,
      `update mobile set app_version = 'second', modified = '1999-01-01' where uuid = 'm1'`,
      `commit`,
    );
    expect(await kept()).toEqual(['m1 1 1.0', 'm1 2 first', 'm1 3 touched']);
  });

  it('number concurrent changes of one row one after the other', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, () => openSession(settings)));
    await Promise.all(
      writers.map(async (client, writer) => {
        for (let turn = 0; turn < 10; turn += 1) {
          await client.query(`begin; select pg_sleep(0.001 * ${writer})`);
          await client.query(`update mobile set app_version = app_version || '+' where uuid = 'm1'`);
          await client.query('commit');
        }
      }),
    );
    await Promise.all(writers.map((client) => client.end()));
    expect(await kept()).toEqual(
      Array.from({ length: 40 }, (_, n) => `m1 ${n + 1} 1.0${'+'.repeat(n)}`).sort(byNumber),
    );
  });

  it('drop the earlier states when a record changes its owner, and take them along when it changes its id', async () => {
    await sql(
      `update mobile set app_version = '1.1'`,
      `update mobile set patient_id = 'zoe' where uuid = 'm1'`,
      `update mobile set uuid = 'm3' where uuid = 'm2'`,
    );
    expect(await kept()).toEqual(['m3 1 1.0', 'm3 2 1.1']);
    await sql(`update mobile set app_version = '1.2' where uuid = 'm1'`);
    expect(await kept()).toEqual(['m1 1 1.1', 'm3 1 1.0', 'm3 2 1.1']);
  });

  it('let the states go with a deleted record, a truncated table, what a 2.0 process empties, and the eraser', async () => {
    const change = [
      `update mobile set app_version = app_version || '.1'`,
      `update desktop set app_version = '1.1'`,
      `update blood_glucose_meter set app_version = '1.1'`,
    ];
    await sql(...change, `delete from mobile where uuid = 'm1'`);
    expect(await kept()).toEqual(['m2 1 1.0']);
    await sql('truncate mobile');
    expect(await kept()).toEqual([]);
    expect(await kept('desktop')).toEqual(['d1 1 1.0']);
    await sql('truncate mobile, desktop, blood_glucose_meter, idempotency_key', ROWS, ...change);
    expect(await kept('desktop')).toEqual(['d1 1 1.0']);
    const store = connectPostgres(settings);
    await store.eraser.eraseAll();
    await store.close();
    for (const table of RECORD_TABLE_NAMES) expect(await kept(table)).toEqual([]);
  });

  it('keep nothing in a transaction that is marked, and only in that one', async () => {
    await sql(
      'begin',
      `select set_config('polaris.erasing', txid_current()::text, true)`,
      `update mobile set modified_by_ = 'erased'`,
      'commit',
    );
    expect(await kept()).toEqual([]);
    await sql(
      'begin',
      `select set_config('polaris.erasing', txid_current()::text, false)`,
      'commit',
      `update mobile set app_version = '1.1' where uuid = 'm1'`,
      `set polaris.erasing = 'on'`,
      `update mobile set app_version = '1.2' where uuid = 'm1'`,
    );
    expect(await kept()).toEqual(['m1 1 1.0', 'm1 2 1.1']);
  });

  it('serve a role that has no rights on revisions, and heed nothing that it plants', async () => {
    const role = `${settings.database}_writer`;
    await sql(
      `create role ${role} login password 'secret'`,
      `grant usage, create on schema public to ${role}`,
      `grant select, insert, update, delete, truncate on mobile to ${role}`,
    );
    const writer = { ...settings, user: role, password: 'secret' };
    try {
      await runSql(
        writer,
        `create function public.mine(varchar, varchar) returns boolean language plpgsql as $$ begin raise 'planted'; end $$`,
        'create operator public.= (leftarg = varchar, rightarg = varchar, function = public.mine)',
        'create operator public.<> (leftarg = varchar, rightarg = varchar, function = public.mine)',
        'create temporary table mobile_revision (like mobile)',
        'set search_path = pg_temp, public',
        `update public.mobile set app_version = '1.1'`,
        `update public.mobile set patient_id = 'zoe' where uuid::text = 'm2'::text`,
      );
      expect(await kept()).toEqual(['m1 1 1.0']);
      for (const statement of [
        'select * from mobile_revision',
        'create table t (uuid varchar); create trigger t after delete on t for each row execute function keep_mobile_revision()',
      ]) {
        await expect(runSql(writer, statement)).rejects.toThrow('permission denied');
      }
      await runSql(writer, `delete from mobile where uuid::text = 'm1'::text`);
      expect(await kept()).toEqual([]);
      await runSql(writer, 'truncate mobile');
    } finally {
      await sql(`drop owned by ${role} cascade`, `drop role ${role}`);
    }
  });

  it('leave a replica, which gets the revisions by replication, alone', async () => {
    await sql(`set session_replication_role = replica`, `update mobile set app_version = '1.1'`);
    expect(await kept()).toEqual([]);
  });
});

function byNumber(one: string, other: string): number {
  return Number(one.split(' ')[1]) - Number(other.split(' ')[1]);
}
