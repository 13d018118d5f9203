import { describe, expect, it } from 'vitest';
import {
  buildWhileServing,
  connectPostgres,
  type DatabaseSettings,
  MigrationError,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../src/index.js';
import { databaseServers, freshDatabase, type TestDatabases } from './support/databases.js';
import { ORIGINAL_SCHEMA } from './support/original.js';
import { uniqueName } from './support/servers.js';
import { runSql } from './support/sql.js';

const KYSELY_OF_ANOTHER = [
  'create table public.kysely_migration (name varchar(255) primary key, "timestamp" varchar(255) not null)',
  'create table public.kysely_migration_lock (id varchar(255) primary key, is_locked integer not null default 0)',
  `insert into public.kysely_migration values ('2024_init', '2024-01-01T00:00:00.000Z')`,
  'grant select on public.kysely_migration to public',
];

/** A role with a schema of its name in a database, as PostgreSQL's default search path (`"$user", public`) serves it. */
async function roleWithSchema(settings: DatabaseSettings): Promise<DatabaseSettings & { drop(): Promise<void> }> {
  const role = uniqueName('role');
  await runSql(
    settings,
    `create role ${role} login password 'secret'`,
    `create schema ${role} authorization ${role}`,
    `grant usage on schema public to ${role}`,
  );
  return {
    ...settings,
    user: role,
    password: 'secret',
    async drop() {
      await runSql(settings, `drop owned by ${role} cascade`, `drop role ${role}`);
    },
  };
}

async function migrateFully(settings: DatabaseSettings): Promise<void> {
  await migrateUp(settings);
  await buildWhileServing(settings);
}

async function states(settings: DatabaseSettings): Promise<string[]> {
  const { pending, ahead, builds } = await migrationStatus(settings);
  return [...pending, ...ahead, ...new Set(builds.map(({ state }) => state))];
}

async function probed(settings: DatabaseSettings) {
  const store = connectPostgres(settings);
  try {
    return await store.probe.check();
  } finally {
    await store.close();
  }
}

async function databaseOf(server: TestDatabases, encoding: string): Promise<DatabaseSettings> {
  const database = uniqueName('polaris_test');
  await runSql(server.direct, `create database ${database} encoding '${encoding}' locale 'C' template template0`);
  return { ...server.direct, database };
}

describe.each(databaseServers())('a database of other people’s on $name', (server) => {
  it.each(['LATIN1', 'SQL_ASCII'])('of encoding %s is refused by name, untouched', async (encoding) => {
    const settings = await databaseOf(server, encoding);
    const refusal = new RegExp(`encoding is ${encoding}.*UTF8`);
    await expect(migrateUp(settings)).rejects.toThrow(MigrationError);
    await expect(migrateUp(settings)).rejects.toThrow(refusal);
    expect(await runSql(settings, `select from pg_class where relname = 'mobile'`)).toEqual([]);
    expect((await migrationStatus(settings)).encoding).toBe(encoding);
    expect((await probed(settings))[1]).toMatchObject({ passed: false, output: expect.stringMatching(refusal) });
    await runSql(server.direct, `drop database ${settings.database} with (force)`);
  });

  it('that holds another application of Kysely is shared, by a schema of our own', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ...KYSELY_OF_ANOTHER);
    const ours = await roleWithSchema(settings);
    expect((await migrationStatus(ours)).ahead).toEqual([]);
    await migrateFully(ours);
    expect(await states(ours)).toEqual(['valid']);
    const [{ schemas }] = (await runSql(
      settings,
      `select array_agg(distinct relnamespace::regnamespace::text) as schemas from pg_class
        where relname in ('mobile', 'idempotency_key', 'mobile_latest')`,
    )) as [{ schemas: string[] }];
    expect(schemas).toEqual([ours.user]);
    expect((await probed(ours)).map(({ passed }) => passed)).toEqual([true, true]);

    await migrateDown(ours);
    expect(await runSql(settings, `select from pg_tables where schemaname = '${ours.user}'`)).toEqual([]);
    expect(await runSql(settings, 'select name from public.kysely_migration')).toEqual([{ name: '2024_init' }]);
    await ours.drop();
  });

  it('whose own schema holds another application of Kysely is refused, untouched, with the way out', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ...KYSELY_OF_ANOTHER);
    const refusal = /schema public holds the migrations of another application \(2024_init, …\).*schema of its own/;
    await expect(migrateUp(settings)).rejects.toThrow(refusal);
    await expect(migrateDown(settings)).rejects.toThrow(refusal);
    expect(await runSql(settings, `select from pg_class where relname = 'mobile'`)).toEqual([]);
    expect((await probed(settings))[1]).toMatchObject({ passed: false, output: expect.stringMatching(refusal) });
  });

  it('that holds another application of Alembic is shared, by a schema of our own', async () => {
    const settings = await freshDatabase(server);
    await runSql(
      settings,
      'create table public.alembic_version (version_num varchar(32) primary key)',
      `insert into public.alembic_version values ('deadbeef0001')`,
      'grant select on public.alembic_version to public',
    );
    const ours = await roleWithSchema(settings);
    await migrateFully(ours);
    expect((await migrationStatus(ours)).alembicHeads).toBeUndefined();
    expect((await probed(ours)).map(({ passed }) => passed)).toEqual([true, true]);
    await ours.drop();
  });

  it('that holds the original in public is taken over by a role with a schema of its own', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA);
    const ours = await roleWithSchema(settings);
    await runSql(
      settings,
      `grant create on schema public to ${ours.user}`,
      `grant all on all tables in schema public to ${ours.user}`,
    );
    await migrateUp(ours);
    expect(await migrationStatus(ours)).toMatchObject({ pending: [], alembicHeads: ['0374bb6b95f6'] });
    await runSql(settings, `update alembic_version set version_num = 'deadbeef0001'`);
    await expect(migrateUp(ours)).rejects.toThrow(/head deadbeef0001/);
    await ours.drop();
  });

  it('that holds this service twice gives each its own tables, indexes and way back', async () => {
    const settings = await freshDatabase(server);
    const ours = await roleWithSchema(settings);
    await migrateFully(ours);
    const theirs = settings;
    await migrateFully(theirs);
    const built = () => runSql(settings, `select from pg_class where relname = 'mobile_latest'`);
    expect(await built()).toHaveLength(2);
    await migrateDown(ours);
    expect(await built()).toHaveLength(1);
    expect(await states(theirs)).toEqual(['valid']);
    await ours.drop();
  });

  it('in which the role has no schema to work in is refused with the reason', async () => {
    const settings = await freshDatabase(server);
    const ours = await roleWithSchema(settings);
    await runSql(settings, `alter role ${ours.user} set search_path = 'nowhere'`);
    await expect(migrateUp(ours)).rejects.toThrow(/search_path names no schema/);
    expect((await probed(ours))[1]).toMatchObject({
      passed: false,
      output: expect.stringMatching(/search_path names no schema/),
    });
    await ours.drop();
  });
});
