import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  buildWhileServing,
  connectPostgres,
  type DatabaseSettings,
  distribute,
  type MigrationProgress,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../src/index.js';
import { catalogue } from '../support/catalogue.js';
import { createDatabase, databaseServers, freshDatabase, type TestDatabase } from '../support/databases.js';
import { migrated } from '../support/migrated.js';
import { HOSTILE_ROWS, ORIGINAL_SCHEMA, ROW_DIGESTS } from '../support/original.js';
import { openSession, runSql } from '../support/sql.js';

const AUDIT = `'2022-01-01', 'ana', '2022-01-01', 'ana'`;
const DEVICE = `'ana', 'code', '2022-01-01', 0, 'GDM', '1.0', 'iOS', '14', 'Apple', 'X', 'x'`;
const ROWS = `
  insert into mobile values ('m1', ${AUDIT}, ${DEVICE}), ('m2', ${AUDIT}, ${DEVICE});
  insert into desktop values ('d1', ${AUDIT}, 'carl', 'code', '2022-01-01', 0, 'GDM', '1.0', 'Windows', '10', '');
  insert into blood_glucose_meter values ('b1', ${AUDIT}, 'm1', 'SN', '${'ben'.repeat(1000)}', '2022-01-01', null, 'GDM', '1.0', 5)`;
const DISTRIBUTED = [
  'mobile patient_id',
  'desktop clinician_id',
  'blood_glucose_meter patient_id',
  'idempotency_key owner',
  'mobile_revision patient_id',
  'desktop_revision clinician_id',
  'blood_glucose_meter_revision patient_id',
  'fleet_note owner',
];

describe.each(databaseServers())('distributing the tables on $name', (server) => {
  let ready: TestDatabase;

  beforeAll(async () => {
    ready = await createDatabase(server);
    await runSql(ready.direct, 'create extension citus');
    await migrated(ready.direct);
  });
  afterAll(() => ready.drop());

  /** A database for one test that could be distributed. */
  async function readyDatabase(...statements: readonly string[]): Promise<DatabaseSettings> {
    const { direct, drop } = await createDatabase(server, ready.direct.database);
    onTestFinished(drop);
    await runSql(direct, 'select', ...statements);
    return direct;
  }
  async function distributedDatabase(...statements: readonly string[]): Promise<DatabaseSettings> {
    const settings = await readyDatabase();
    await distribute(settings);
    await runSql(settings, 'select', ...statements);
    return settings;
  }
  const sqlOn =
    (settings: DatabaseSettings) =>
    async (...statements: readonly string[]) =>
      (await runSql(settings, ...statements)).map((row) => Object.values(row).join(' '));

  it('does it once, for two at a time too, and says how far it is', async () => {
    const settings = await readyDatabase(ROWS, `update mobile set app_version = '2'`);
    const reported: MigrationProgress[] = [];
    const done = await Promise.all([1, 2].map(() => distribute(settings, { onProgress: (it) => reported.push(it) })));
    expect(done.toSorted()).toEqual([false, true]);
    expect(reported.filter(({ kind }) => kind === 'distributed')).toMatchObject(
      DISTRIBUTED.map((each) => ({ name: each.split(' ')[0] })),
    );
    expect(await distribute(settings)).toBe(false);
    const sql = sqlOn(settings);
    expect(
      await sql(`select logicalrelid || ' ' || column_to_column_name(logicalrelid, partkey) from pg_dist_partition
                  where colocationid = (select colocationid from pg_dist_partition where logicalrelid = 'mobile'::regclass)`),
    ).toEqual(expect.arrayContaining(DISTRIBUTED));
    expect(await sql(`select count(*) from mobile_revision`)).toEqual(['2']);
    // Whoever was noted before is still to be looked at; notes of rows begin from here.
    expect(await sql(`select count(*) from fleet_note`)).toEqual(['0']);
  });

  it('leaves no function to the triggers of an earlier version, whose writes would fail on the nodes', async () => {
    const settings = await distributedDatabase();
    const functions = `select proname from pg_proc where proname ~ '^(keep|note)_' order by proname`;
    const kept = await sqlOn(settings)(functions);
    expect(kept).toEqual([
      'keep_blood_glucose_meter_revision_of_owner',
      'keep_desktop_revision_of_owner',
      'keep_mobile_revision_of_owner',
      'note_blood_glucose_meter_owner',
      'note_desktop_owner',
      'note_mobile_owner',
    ]);
    // As if it had ended before.
    await sqlOn(settings)(`create function note_mobile_owners() returns trigger language plpgsql as 'begin end'`);
    expect(await distribute(settings)).toBe(false);
    expect(await sqlOn(settings)(functions)).toEqual(kept);
  });

  it('puts the owner at the end of each key, or makes it an index where an owner may be too long for it', async () => {
    const sql = sqlOn(await distributedDatabase(ROWS));
    expect(
      await sql(`
        select replace(substring(indexdef from '(?:UNIQUE )?INDEX.*'), ' ON public', '') from pg_indexes
         where tablename ~ '^(mobile|desktop|blood_glucose_meter|idempotency_key|fleet_note)'
           and (indexdef ~ 'UNIQUE' or indexdef ~ '[(](id|uuid(, number)?|noted)[)]$') order by tablename`),
    ).toEqual([
      'INDEX blood_glucose_meter_uuid.blood_glucose_meter USING btree (uuid)',
      'INDEX blood_glucose_meter_revision_uuid_number.blood_glucose_meter_revision USING btree (uuid, number)',
      'UNIQUE INDEX desktop_pkey.desktop USING btree (uuid, clinician_id)',
      'UNIQUE INDEX desktop_revision_pkey.desktop_revision USING btree (uuid, number, clinician_id)',
      'INDEX fleet_note_noted.fleet_note USING btree (noted)',
      'INDEX idempotency_key_id.idempotency_key USING btree (id)',
      'UNIQUE INDEX mobile_pkey.mobile USING btree (uuid, patient_id)',
      'UNIQUE INDEX mobile_revision_pkey.mobile_revision USING btree (uuid, number, patient_id)',
    ]);
    expect(
      await sql(`select relname from pg_class where relreplident = 'f' and relkind = 'r' order by relname`),
    ).toEqual(['blood_glucose_meter', 'blood_glucose_meter_revision', 'fleet_note', 'idempotency_key']);
    // No longer than any owner of a meter may be.
    expect(await sql(`update blood_glucose_meter set app_version = '2' returning length(patient_id)`)).toEqual([
      '3000',
    ]);
  });

  it('keeps the states that are overwritten, their numbers and order, and notes whose record has changed', async () => {
    const sql = sqlOn(await distributedDatabase(ROWS));
    const kept = (table = 'mobile') =>
      sql(`select uuid, number, app_version from ${table}_revision order by uuid, number`);
    await sql(
      'truncate fleet_note',
      `update mobile set app_version = '1.0'`,
      `update mobile set app_version = '1.1', modified = '2022-02-02', modified_by_ = 'bob' where uuid = 'm1'`,
      `update mobile set app_version = '1.2' where uuid = 'm1'`,
      `update mobile set app_version = '1.3' where uuid = 'm1'`,
      `update mobile set model = 'Y', modified = '2022-02-03' where uuid = 'm1'`,
      `update desktop set app_version = '1.1'`,
      `update blood_glucose_meter set is_bg_value_correct = true`,
    );
    expect(await kept()).toEqual(['m1 1 1.0', 'm1 2 1.1', 'm1 3 1.2', 'm1 4 1.3']);
    expect(await kept('desktop')).toEqual(['d1 1 1.0']);
    expect(await kept('blood_glucose_meter')).toEqual(['b1 1 1.0']);
    expect(await sql(`select passing from mobile_revision order by number`)).toEqual([
      'false',
      'true',
      'true',
      'false',
    ]);
    expect(await sql(`select modified, modified_by_, model from mobile_revision where number = 2`)).toEqual([
      '2022-02-02 00:00:00 bob X',
    ]);
    const noted = (statement: string) =>
      sql(
        'truncate fleet_note',
        statement,
        `select kind, left(owner, 6), count(*) from fleet_note group by 1, 2 order by 1`,
      );
    expect(await noted(ROWS.replaceAll(/'([mdb]\d)'/g, `'$1-new'`))).toEqual([
      'blood_glucose_meter benben 1',
      'desktop carl 1',
      'mobile ana 2',
    ]);
    expect(await noted(`update mobile set model = 'Z' where uuid = 'm1'`)).toEqual(['mobile ana 1']);
    expect(await noted(`delete from blood_glucose_meter where uuid = 'b1'`)).toEqual(['blood_glucose_meter benben 1']);
  });

  it('lets the states go with a deleted record, and takes them along when it changes its id', async () => {
    const sql = sqlOn(await distributedDatabase(ROWS, `update mobile set app_version = '1.1'`));
    await sql(`update mobile set uuid = 'm3' where uuid = 'm2'`, `delete from mobile where uuid = 'm1'`);
    expect(await sql(`select uuid, number, app_version from mobile_revision order by number`)).toEqual([
      'm3 1 1.0',
      'm3 2 1.1',
    ]);
  });

  it.each([
    ['who made and who changed a record', `created_by_ = 'erased', modified_by_ = 'erased'`, 0],
    ['who changed it', `modified_by_ = 'erased'`, 0],
    ['the name by another', `modified_by_ = 'bob'`, 1],
    ['one name by another', `created_by_ = 'erased', modified_by_ = 'bob'`, 1],
    ['more than the name', `modified_by_ = 'erased', model = 'Y'`, 1],
  ])('keeps the state before a change that replaces %s only if it is not an erasure', async (_, changes, states) => {
    const sql = sqlOn(await distributedDatabase(ROWS, `update mobile set ${changes} where uuid = 'm1'`));
    expect(await sql('select count(*) from mobile_revision')).toEqual([String(states)]);
  });

  it('takes over a database of the original, hostile rows and all', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, 'create extension citus', ORIGINAL_SCHEMA, HOSTILE_ROWS);
    await migrated(settings);
    const rows = await runSql(settings, ROW_DIGESTS);
    expect(await distribute(settings)).toBe(true);
    expect(await runSql(settings, ROW_DIGESTS)).toEqual(rows);
    await runSql(settings, `update mobile set modified_by_ = 'x'`);
    const count = 'select count(*)::int from';
    expect(await runSql(settings, `${count} mobile_revision`)).toEqual(await runSql(settings, `${count} mobile`));
  });

  it('works in a schema with rights on it alone, and keeps what a role without rights on the states overwrites', async () => {
    const { direct, drop } = await createDatabase(server);
    const [owner, writer] = ['Owner', 'Writer'].map((name) => `${direct.database} ${name}`);
    const sql = sqlOn(direct);
    onTestFinished(async () => {
      await drop();
      await runSql(server.direct, `drop role "${owner}"`, `drop role "${writer}"`);
    });
    await sql(
      'create extension citus',
      `create role "${owner}" login password 'secret'`,
      `create role "${writer}" login password 'secret'`,
      `create schema authorization "${owner}"`,
      `grant usage on schema "${owner}" to "${writer}"`,
      `alter role "${writer}" set search_path = "${owner}"`,
    );
    const own = { ...direct, user: owner ?? '', password: 'secret' };
    await migrated(own);
    expect(await distribute(own)).toBe(true);
    await runSql(own, ROWS, `grant select, update on mobile to "${writer}"`);
    await runSql({ ...own, user: writer ?? '' }, `update mobile set app_version = '2'`);
    expect(await runSql(own, 'select count(*)::int from mobile_revision')).toEqual([{ count: 2 }]);
    expect(await runSql(own, 'select kind, count(*)::int from fleet_note group by 1 order by 1')).toMatchObject([
      {},
      {},
      { kind: 'mobile', count: 4 },
    ]);
  });

  it('is known to the status, and to what completes the schema, but is not taken back', async () => {
    const settings = await distributedDatabase(ROWS);
    const status = await migrationStatus(settings);
    expect(status.undistributed).toEqual([]);
    expect(new Set(status.builds.map(({ state }) => state))).toEqual(new Set(['valid']));
    const sql = sqlOn(settings);
    await sql(
      'drop trigger "0_polaris_kept_delete" on mobile',
      'drop trigger "0_polaris_noted" on desktop',
      'drop index mobile_latest',
      'delete from fleet_queue',
    );
    expect((await migrationStatus(settings)).builds.filter(({ state }) => state === 'missing').length).toBe(3);
    await migrateUp(settings);
    await buildWhileServing(settings);
    expect(await migrationStatus(settings)).toEqual(status);
    expect(await sql('select kind, owner is null from fleet_queue')).toEqual(['desktop true']);
    const before = await catalogue(settings);
    await expect(migrateDown(settings, { dropAllRecords: true, dropRevisions: true })).rejects.toThrow(
      'Citus distributes the tables, so they cannot be taken back',
    );
    expect(await catalogue(settings)).toEqual(before);
  });

  it('makes a process that connected before say that it wants to be restarted, and one half done say so', async () => {
    const settings = await readyDatabase();
    const before = connectPostgres(settings);
    const after = connectPostgres(settings);
    onTestFinished(async () => {
      await Promise.all([before.close(), after.close()]);
    });
    const version = async (store: typeof before) =>
      (await store.probe.check()).find(({ checker }) => checker === 'database_version_test');
    expect(await version(before)).toMatchObject({ passed: true, output: 'the schema is up to date' });
    await distribute(settings);
    expect(await version(before)).toMatchObject({
      passed: false,
      output: 'the records have been distributed since this process connected: restart it',
    });
    expect(await version(after)).toMatchObject({ passed: true, output: 'the schema is up to date' });
    await runSql(settings, `delete from pg_dist_partition where logicalrelid = 'desktop'::regclass`);
    expect(await version(after)).toMatchObject({
      passed: false,
      output: 'Citus distributes the records, but not together with them desktop',
    });
    expect((await migrationStatus(settings)).undistributed).toEqual(['desktop']);
  });

  it.each([
    ['no extension', ['drop extension citus'], 'the database has no Citus'],
    [
      'its triggers turned off on the coordinator',
      ['OFF citus.enable_unsafe_triggers'],
      'citus.enable_unsafe_triggers is off on the coordinator',
    ],
    [
      'its triggers turned off on a worker',
      ['OFF citus_stub.unsafe_triggers_on_workers'],
      'citus.enable_unsafe_triggers is off on the worker worker-1:5432',
    ],
    [
      'a migration missing',
      [`delete from kysely_migration where name ~ '0012'`],
      'run "main.js migrate" first: migration 0012',
    ],
    ['an index missing', ['drop index desktop_latest'], 'run "main.js migrate" first: index desktop_latest (missing)'],
    ['triggers turned off', ['alter table mobile disable trigger user'], 'triggers mobile_revision (disabled)'],
    [
      'a later version at work',
      [`insert into kysely_migration values ('0999-later', '')`],
      'a later version of this service has migrated the database (0999-later)',
    ],
    [
      'only one table distributed by hand',
      [
        ...['update', 'delete', 'truncate'].map((each) => `drop trigger "0_polaris_revision_${each}" on mobile`),
        ...['insert', 'update', 'delete', 'truncate'].map((each) => `drop trigger "0_polaris_fleet_${each}" on mobile`),
        'alter table mobile drop constraint mobile_pkey',
        `select create_distributed_table('mobile', 'patient_id')`,
      ],
      'not together with desktop, blood_glucose_meter, idempotency_key, mobile_revision,',
    ],
    [
      'an index of someone else’s that Citus cannot keep',
      ['create unique index mine on desktop (unique_device_code)'],
      'nothing has changed: creating unique indexes on non-partition columns is currently unsupported',
    ],
  ])('is refused with %s, and changes nothing', async (_, statements, reason) => {
    const settings = await readyDatabase();
    const turnOff = `alter database ${settings.database} set`;
    await runSql(settings, ...statements.map((each) => each.replace(/^OFF (.*)$/, `${turnOff} $1 = off`)));
    const before = await catalogue(settings);
    await expect(distribute(settings)).rejects.toThrow(reason);
    expect(await catalogue(settings)).toEqual(before);
  });

  it('is refused after a few attempts while others use a table, and changes nothing', async () => {
    const settings = await readyDatabase(ROWS);
    const before = await catalogue(settings);
    const other = await openSession(settings);
    await other.query('begin; select from mobile_revision');
    await expect(distribute(settings)).rejects.toThrow('other transactions use the table: stop every service');
    await other.end();
    expect(await catalogue(settings)).toEqual(before);
  });
});
