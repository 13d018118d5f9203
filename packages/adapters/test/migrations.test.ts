import { describe, expect, it } from 'vitest';
import {
  buildWhileServing,
  type DatabaseSettings,
  MigrationError,
  type MigrationProgress,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../src/index.js';
import { INDEXES } from '../src/postgres/migrations/indexes.js';
import { catalogue } from './support/catalogue.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { HOSTILE_ROWS, ORIGINAL_SCHEMA } from './support/original.js';
import { openSession, runSql } from './support/sql.js';

async function migrateFully(settings: DatabaseSettings): Promise<MigrationProgress[]> {
  const reported: MigrationProgress[] = [];
  await migrateUp(settings, { onProgress: (progress) => reported.push(progress) });
  await buildWhileServing(settings, { onProgress: (progress) => reported.push(progress) });
  return reported;
}

function mobileRow(uuid: string): string {
  return `insert into mobile values ('${uuid}', '2022-01-01', 'a', '2022-01-01', 'a', 'p', 'd', '2022-01-01', 0, 'p', '1', 'o', 'v', 'm', 'x', 'n')`;
}

async function insertMobile(settings: DatabaseSettings, ...uuids: string[]): Promise<void> {
  await runSql(settings, ...uuids.map(mobileRow));
}

async function indexesOf(settings: DatabaseSettings) {
  return (await migrationStatus(settings)).builds.filter(({ what }) => what === 'index');
}

async function triggerStates(settings: DatabaseSettings): Promise<readonly string[]> {
  const { builds } = await migrationStatus(settings);
  return builds.filter(({ what }) => what === 'triggers').map(({ state }) => state);
}

async function indexStates(settings: DatabaseSettings): Promise<readonly string[]> {
  return (await indexesOf(settings)).map(({ state }) => state);
}

describe.each(databaseServers())('migrations on $name', (server) => {
  it('make the original tables exactly, and down removes all that they made', async () => {
    const ours = await freshDatabase(server);
    const empty = await catalogue(ours);
    await migrateFully(ours);
    const original = await freshDatabase(server);
    await runSql(original, ORIGINAL_SCHEMA);
    await migrateFully(original);

    const described = async (settings: DatabaseSettings) =>
      (await catalogue(settings))
        .filter(({ name }) => !/alembic/.test(String(name)))
        // PostgreSQL 15.20 numbers the states of a column.
        .map((row) => JSON.stringify(row).replace(/ Made by polaris-telemetry 0001|pg_attver=\d+/, ''));
    expect(await described(ours)).toEqual(await described(original));

    await migrateDown(ours);
    expect(await catalogue(ours)).toEqual(empty);
    await migrateDown(ours);
    await migrateFully(ours);
    expect((await migrationStatus(ours)).pending).toEqual([]);
  });

  it('are taken back with records of our own tables only by consent, which is asked before anything is done', async () => {
    const settings = await freshDatabase(server);
    await migrateFully(settings);
    const whole = await catalogue(settings);
    await insertMobile(settings, 'first', 'second');
    const refused = migrateDown(settings);
    await expect(refused).rejects.toThrow(MigrationError);
    await expect(refused).rejects.toThrow(
      /all 2 records .*mobile: 2, desktop: 0, blood_glucose_meter: 0.*--drop-all-records/,
    );
    expect(await catalogue(settings)).toEqual(whole);

    const reported: MigrationProgress[] = [];
    await migrateDown(settings, { dropAllRecords: true, onProgress: (progress) => reported.push(progress) });
    expect(reported[0]).toEqual({ kind: 'dropping', what: 'records', rows: 2n });
    expect((await migrationStatus(settings)).done).toEqual([]);
    expect(await runSql(settings, `select to_regclass('mobile') as mobile`)).toEqual([{ mobile: null }]);
  });

  it('are not taken back when the first record comes while they are', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    const writer = await openSession(settings);
    await writer.query('begin');
    await writer.query(mobileRow('late'));
    const down = migrateDown(settings);
    down.catch(() => {});
    const waits = `select from pg_stat_activity where query like '%lock table mobile%' and wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await runSql(settings, waits)).length).toBe(1);
    await writer.query('commit');
    await writer.end();
    await expect(down).rejects.toThrow(/all 1 records/);
    expect(await runSql(settings, 'select uuid from mobile')).toEqual([{ uuid: 'late' }]);
    await migrateFully(settings);
    expect((await migrationStatus(settings)).pending).toEqual([]);
  });

  it('are taken back without consent where the tables were found, and the records stay', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA);
    await migrateFully(settings);
    await insertMobile(settings, 'theirs');
    await migrateDown(settings);
    expect(await runSql(settings, 'select uuid from mobile')).toEqual([{ uuid: 'theirs' }]);
  });

  it('are taken back with earlier states only by consent, which counts them', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA);
    await migrateFully(settings);
    await insertMobile(settings, 'theirs');
    await runSql(settings, `update mobile set app_version = 'later'`);
    const whole = await catalogue(settings);
    await expect(migrateDown(settings)).rejects.toThrow(
      /all 1 earlier states of records .*mobile_revision: 1, .*--drop-revisions/,
    );
    expect(await catalogue(settings)).toEqual(whole);
    await migrateDown(settings, { dropRevisions: true });
    expect(await runSql(settings, 'select uuid, app_version from mobile')).toEqual([
      { uuid: 'theirs', app_version: 'later' },
    ]);
  });

  it('report what they do, once', async () => {
    const settings = await freshDatabase(server);
    // Named once: a database remembers them.
    const names = [
      '0001-original-tables',
      '0002-idempotency-keys',
      '0003-revisions',
      '0004-fleet',
      '0005-values-of-requests',
      '0006-accesses-and-erasures',
      '0007-erasure-replays',
      '0008-fleet-sums',
      '0009-search-by-version',
      '0010-fleet-readings',
      '0011-ledger-as-bytes',
      '0012-passing-states',
    ];
    expect((await migrationStatus(settings)).pending).toEqual(names);
    const reported = await migrateFully(settings);
    expect(
      reported.map((progress) => ('name' in progress ? `${progress.kind} ${progress.name}` : progress.kind)),
    ).toEqual([
      ...names.map((name) => `migrated ${name}`),
      'built mobile_revision',
      'built desktop_revision',
      'built blood_glucose_meter_revision',
      'built mobile_fleet',
      'built desktop_fleet',
      'built blood_glucose_meter_fleet',
      ...INDEXES.map(({ name }) => `built ${name}`),
    ]);
    expect(await migrateFully(settings)).toEqual([]);
  });

  it('run once when ten processes start at once on an empty database, and end all ten', async () => {
    const settings = await freshDatabase(server);
    const reported = (await Promise.all(Array.from({ length: 10 }, () => migrateFully(settings)))).flat();
    const done = reported.filter((progress) => progress.kind === 'migrated' || progress.kind === 'built');
    expect(done.length).toBe(18 + INDEXES.length);
    expect(await indexStates(settings)).toEqual(INDEXES.map(() => 'valid'));
    await Promise.all(Array.from({ length: 10 }, () => migrateDown(settings)));
  });

  it('work with rights on the schema alone', async () => {
    const settings = await freshDatabase(server);
    const role = `${settings.database}_role`;
    await runSql(
      settings,
      `create role ${role} login password 'secret'`,
      `grant create, usage on schema public to ${role}`,
    );
    const limited = { ...settings, user: role, password: 'secret' };
    await migrateFully(limited);
    await migrateDown(limited);
    await runSql(settings, `revoke create on schema public from ${role}`, 'revoke create on schema public from public');
    await expect(migrateUp(limited)).rejects.toThrow(/^migration .* failed: .*the role lacks rights/);
    await runSql(settings, `drop owned by ${role}`, `drop role ${role}`);
  });

  it('drop an index that an interrupted build has left, rebuild it, and keep the finished ones', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    const holder = await openSession(settings);
    await holder.query('begin; lock table desktop in row exclusive mode');
    const building = buildWhileServing(settings);
    building.catch(() => {});
    const builder = 'select pid from pg_stat_progress_create_index';
    await expect.poll(() => runSql(settings, builder)).toHaveLength(1);
    await runSql(settings, `select pg_terminate_backend(pid) from (${builder}) as b`);
    await expect(building).rejects.toThrow();
    await holder.query('commit');
    await holder.end();
    expect(await indexStates(settings)).toEqual(['valid', 'invalid', ...INDEXES.slice(2).map(() => 'missing')]);
    const [kept] = await runSql(settings, `select 'mobile_latest'::regclass::oid::int as oid`);
    const reported = await migrateFully(settings);
    expect(reported.map(({ kind }) => kind)).toEqual(['index-invalid', ...INDEXES.slice(1).map(() => 'built')]);
    expect(await indexStates(settings)).toEqual(INDEXES.map(() => 'valid'));
    expect(await runSql(settings, `select 'mobile_latest'::regclass::oid::int as oid`)).toEqual([kept]);
  });

  it('leave a running build to the server when asked to stop, and no one starts a second one meanwhile', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    // An open transaction that has written to the table blocks every concurrent build.
    const client = await openSession(settings);
    await client.query('begin');
    await client.query('lock table mobile in row exclusive mode');
    const stop = new AbortController();
    const reported: MigrationProgress[] = [];
    const building = buildWhileServing(settings, {
      signal: stop.signal,
      onProgress: (progress) => reported.push(progress),
    });
    building.catch(() => {});
    await expect.poll(() => reported.some(({ kind }) => kind === 'index-building')).toBe(true);
    stop.abort(new Error('shutting down'));
    await expect(building).rejects.toThrow('shutting down');
    expect((await indexesOf(settings))[0]).toEqual({ what: 'index', name: 'mobile_latest', state: 'building' });
    const next: MigrationProgress[] = [];
    const nextBuilding = buildWhileServing(settings, { onProgress: (progress) => next.push(progress) });
    await expect.poll(() => next).toEqual([{ kind: 'waiting', for: 'indexes' }]);
    await client.query('commit');
    await client.end();
    await nextBuilding;
    const kinds = next.map(({ kind }) => kind);
    expect(kinds).not.toContain('index-invalid');
    expect(kinds.filter((kind) => kind === 'built').length).toBe(INDEXES.length - 1);
  });

  it('bring the schema up to date while another process builds indexes', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    const client = await openSession(settings);
    await client.query('begin');
    await client.query('lock table mobile in row exclusive mode');
    const building = buildWhileServing(settings);
    await expect.poll(async () => (await indexesOf(settings))[0]?.state).toBe('building');
    await runSql(settings, `delete from kysely_migration where name >= '0003-revisions'`);
    await migrateUp(settings);
    expect((await migrationStatus(settings)).pending).toEqual([]);
    await client.query('commit');
    await client.end();
    await building;
  });

  it('start without the triggers of a table that others hold, keep writers waiting for a moment only, and create them later', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA);
    const holder = await openSession(settings);
    await holder.query('begin; lock table mobile in row exclusive mode');
    let stop = false;
    const writing = (async () => {
      while (!stop) await runSql(settings, `set lock_timeout = '1s'`, `update mobile set model = '' where uuid = ''`);
    })();
    const reported: MigrationProgress[] = [];
    const onProgress = (progress: MigrationProgress) => reported.push(progress);
    await migrateUp(settings, { onProgress });
    expect(reported).toContainEqual({
      kind: 'postponed',
      what: 'triggers',
      name: 'mobile_revision',
      reason: 'other transactions use the table',
    });
    expect(await triggerStates(settings)).toEqual(['missing', 'valid', 'valid', 'missing', 'valid', 'valid']);
    stop = true;
    await writing;

    // A build of an index would wait for the holder; it has to be on a table that can be locked.
    await holder.query('commit; begin; lock table mobile in share mode');
    await expect(buildWhileServing(settings, { onProgress })).rejects.toThrow(
      'other transactions use the tables: could not build mobile_revision, mobile_fleet, mobile_latest, mobile_created_by, mobile_modified_by yet',
    );
    expect(await indexStates(settings)).toEqual(INDEXES.map(({ table }) => (table === 'mobile' ? 'missing' : 'valid')));
    await holder.query('commit');
    await holder.end();
    await buildWhileServing(settings, { onProgress });
    expect((await migrationStatus(settings)).builds.map(({ state }) => state)).toEqual(
      Array(6 + INDEXES.length).fill('valid'),
    );
  });

  it('note when revisions began to be kept, and whether there were rows by then', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA, HOSTILE_ROWS);
    await runSql(settings, 'delete from desktop');
    await migrateUp(settings);
    const starts = () =>
      runSql(
        settings,
        `select table_name, had_rows, abs(extract(epoch from started - now() at time zone 'UTC')) < 3600 as recent
           from revision_start order by 1`,
      );
    expect(await starts()).toEqual([
      { table_name: 'blood_glucose_meter', had_rows: true, recent: true },
      { table_name: 'desktop', had_rows: false, recent: true },
      { table_name: 'mobile', had_rows: true, recent: true },
    ]);
    await runSql(settings, `update revision_start set started = '2000-01-01'`);
    await migrateUp(settings);
    expect((await starts()).map(({ recent }) => recent)).toEqual([false, false, false]);
    // Dropping a trigger and letting the service create it again leaves a gap: the beginning is later.
    await runSql(settings, 'drop trigger "0_polaris_revision_update" on mobile');
    await migrateUp(settings);
    expect((await starts()).map(({ recent }) => recent)).toEqual([false, false, true]);
    await runSql(settings, 'alter table desktop disable trigger all');
    await migrateUp(settings);
    expect(await triggerStates(settings)).toEqual(['valid', 'disabled', 'valid', 'valid', 'disabled', 'valid']);
  });

  it('leave a database alone that a later version has migrated, and refuse to run beside what it misses', async () => {
    const settings = await freshDatabase(server);
    await migrateFully(settings);
    await runSql(settings, `insert into kysely_migration values ('0999-of-the-future', '2099-01-01T00:00:00.000Z')`);
    await migrateUp(settings);
    expect((await migrationStatus(settings)).ahead).toEqual(['0999-of-the-future']);
    await expect(migrateDown(settings)).rejects.toThrow(/later version.*0999-of-the-future/);
    await runSql(settings, `delete from kysely_migration where name = '0002-idempotency-keys'`);
    await expect(migrateUp(settings)).rejects.toThrow(MigrationError);
  });

  it('create indexes that bear strings of 1 MB and return the latest at once among 100,000 equal dates', async () => {
    const settings = await freshDatabase(server);
    await migrateFully(settings);
    const audit = `'2022-01-01', 'a', '2022-01-01', 'a'`;
    await runSql(
      settings,
      `insert into mobile select n::text, ${audit}, 'same', 'd', '2022-01-01', 0, 'p', '1.' || n % 100, 'o', 'v', 'm', 'x', 'n'
         from generate_series(1, 100000) as n`,
      `insert into mobile select 'long-' || n, ${audit}, 'long', 'd', '2022-01-01', 0, s, s, s, s, s, s, s
         from (select n, string_agg(md5(n || '-' || i), '') as s from generate_series(1, 2) n, generate_series(1, 32768) i group by n) x`,
      `insert into desktop select 'long', ${audit}, 'long', 'd', '2022-01-01', 0, s, s, s, s, s from (select app_version s from mobile where uuid = 'long-1') x`,
      `insert into blood_glucose_meter select 'long', ${audit}, '', s, s, '2022-01-01', true, s, s, 1 from (select app_version s from mobile where uuid = 'long-1') x`,
      'analyze',
    );
    const plan = await runSql(
      settings,
      `explain (analyze, costs off, timing off, summary off, format json) select uuid from mobile where patient_id = 'same'
         order by date_first_launched_ desc, left(app_version, 64) collate "C" desc, created desc, uuid collate "C" desc limit 1`,
    );
    const text = JSON.stringify(plan);
    expect(text).toContain('mobile_latest');
    expect(text).not.toContain('"Sort"');
    const meters = await runSql(
      settings,
      'set enable_seqscan = off',
      `explain select from blood_glucose_meter where left(patient_id, 64) = left('x', 64) and patient_id = 'x'`,
    );
    expect(JSON.stringify(meters)).toContain('blood_glucose_meter_patient');
  });
});
