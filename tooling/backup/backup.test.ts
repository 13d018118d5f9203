import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWhileServing, connectPostgres, createSystemClock } from '../../packages/adapters/src/index.js';
import { freePort } from '../../packages/adapters/src/postgres/embedded/free-port.js';
import { migrateUp } from '../../packages/adapters/src/postgres/migrate/migrate.js';
import { foldAll, foldConnection } from '../../packages/adapters/test/support/fleet.js';

const BIN = '/usr/lib/postgresql/15/bin';
/** PostgreSQL refuses to run as root. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const blocks = new Map(
  [...page.matchAll(/^```sh name=(\S+)\n(.*?)^```$/gms)].map(([, name = '', script = '']) => [name, script]),
);
const archiving = /^wal_level[^`]*/m.exec(page)?.[0] ?? '';
const used = new Set<string>();

const folder = mkdtempSync(join(tmpdir(), 'polaris-backup-'));
let environment: Record<string, string> = {};

/** Runs a script in a shell, as the user that PostgreSQL may run as. Returns its output; throws with it on an error. */
function shell(script: string, extra: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, ...extra },
    timeout: 240_000,
    ...(NOBODY !== undefined && { uid: NOBODY, gid: NOBODY }),
  });
  if (status !== 0) throw new Error(`${script}\nended with ${status}:\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Runs a block of docs/operating.md. */
function block(name: string, extra: Readonly<Record<string, string>> = {}): string {
  const script = blocks.get(name);
  if (script === undefined) throw new Error(`docs/operating.md has no block ${name}`);
  used.add(name);
  return shell(script.replaceAll('node apps/api/dist/bundle/main.js', '"$NODE" "$MAIN"'), extra);
}

const query = (sql: string, extra: Readonly<Record<string, string>> = {}) =>
  shell('psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$SQL"', { ...extra, SQL: sql });

const addMobile = (id: string) =>
  query(`insert into mobile values ('${id}', '2022-03-04 05:06:07.089123', 'ana', '2022-03-04 05:06:07.089123', 'ana', 'ana',
    'code', '2022-03-04 05:06:07.000001', 3600, 'GDM', '1.0', 'Android', '12', 'Fairphone', 'FP4', 'Ünïcode 🎈')`);

/** Every row of every table, as one text. */
const ALL = `select string_agg(line, e'\\n' order by line) from (
  select 'mobile ' || to_jsonb(m)::text as line from mobile m union all select 'desktop ' || to_jsonb(d)::text from desktop d
  union all select 'meter ' || to_jsonb(b)::text from blood_glucose_meter b union all select 'key ' || to_jsonb(k)::text from idempotency_key k) t`;

const settingsOf = (database: string) => ({
  host: '127.0.0.1',
  port: Number(environment['PGPORT']),
  user: 'owner',
  password: 'secret',
  database,
});

/** The service's settings. */
const serviceEnv = (database: string) => ({
  ENVIRONMENT: 'TEST',
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: environment['PGPORT'] ?? '',
  DATABASE_USER: 'owner',
  DATABASE_PASSWORD: 'secret',
  DATABASE_NAME: database,
});

beforeAll(async () => {
  if (NOBODY !== undefined) chownSync(folder, NOBODY, NOBODY);
  const port = await freePort();
  const archive = join(folder, 'archive');
  environment = {
    PATH: `${BIN}:${process.env['PATH']}`,
    HOME: folder,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'owner',
    PGPASSWORD: 'secret',
    PGDATABASE: 'telemetry',
    ARCHIVE: archive,
    NODE: process.execPath,
    MAIN: fileURLToPath(new URL('../../apps/api/dist/bundle/main.js', import.meta.url)),
  };
  shell(`mkdir "$ARCHIVE" && echo secret >password
    initdb --pgdata=data --username=owner --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --no-locale >initdb.log`);
  shell('echo "$ARCHIVING" | sed "s|\\$ARCHIVE|$ARCHIVE|g" >>data/postgresql.conf', {
    ARCHIVING: `${archiving}unix_socket_directories = ''\n`,
  });
  startServer('data', port);
  query('create database telemetry', { PGDATABASE: 'postgres' });
  await migrateUp({ host: '127.0.0.1', port, user: 'owner', password: 'secret', database: 'telemetry' });
  addMobile('first');
  query(`insert into blood_glucose_meter values ('meter', now(), 'ana', now(), 'ana', 'first', 'SN', 'ana', 'infinity', false, 'GDM', '1.0', 'NaN');
    insert into idempotency_key values ('\\x01', 'mobile', 'ana', '\\x02', '{"id": "first"}', now())`);
});

afterAll(() => {
  for (const data of ['data', 'recovered'])
    shell(`[ ! -e ${data}/postmaster.pid ] || pg_ctl --pgdata=${data} --mode=immediate stop >/dev/null`);
  rmSync(folder, { recursive: true, force: true });
});

it('restores a dump to the last bit, schema and all', () => {
  block('dump');
  expect(readFileSync(join(folder, 'roles.sql'), 'utf8')).toContain('CREATE ROLE owner');
  block('restore');
  const restored = { PGDATABASE: 'telemetry_restored' };
  expect(query(ALL, restored)).toBe(query(ALL));
  expect(query(ALL, restored)).toContain('Ünïcode 🎈');
  const schema = (extra?: Record<string, string>) =>
    shell("pg_dump --schema-only | grep -v '^.\\(un\\)\\?restrict '", extra);
  expect(schema(restored)).toBe(schema());
});

it('data restored past the triggers are found missing in what search and reports read, and the repair counts them', async () => {
  const loaded = { PGDATABASE: 'loaded' };
  shell('createdb loaded');
  const settings = settingsOf('loaded');
  await migrateUp(settings);
  await buildWhileServing(settings);
  await foldAll(await foldConnection(settings));
  const check = '"$NODE" "$MAIN" check-fleet';
  const env = serviceEnv('loaded');
  expect(shell(check, env)).toContain('mobile: 0 people by the records, 0 stored');
  shell('pg_restore --exit-on-error --data-only --disable-triggers --table=mobile --dbname=loaded telemetry.dump');
  expect(query(`select uuid from mobile`, loaded)).toBe('first');
  expect(query('select count(*) from fleet_queue', loaded)).toBe('0');
  expect(() => shell(check, env)).toThrow(/mobile: 1 people by the records, 0 stored/);
  expect(block('check-fleet', env)).toContain('The state that search and reports read is exact.');
  expect(shell(check, env)).toContain('mobile: 1 people by the records, 1 stored');
});

it('brings no erased person back: receipts are replayed on what was restored', async () => {
  const PERSON = 'Ärger, "ana"';
  const traces = (database: string) =>
    query(
      `select coalesce(sum((xpath('/row/n/text()', query_to_xml(format(
           'select count(*) as n from %I t where row_to_json(t)::text like %L', relname, '%Ärger%'), false, true, '')))[1]::text::int), 0)
         from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
      { PGDATABASE: database },
    );
  await buildWhileServing(settingsOf('telemetry'));
  query(`insert into mobile select 'of ' || n, now(), a, now(), a, o, 'd', now(), 0, 'GDM', '1.0', 'Android', '12', 'F', 'FP4', 'n'
           from (values (1, '${PERSON}', '${PERSON}'), (2, '${PERSON}', 'bo')) as t (n, a, o);
    update mobile set app_version = '2' where uuid like 'of %'`);
  block('dump');
  const store = connectPostgres(settingsOf('telemetry'));
  const erasure = { id: 'first', personId: PERSON, at: createSystemClock().now(), by: 'officer' };
  await store.personEraser.erase(erasure as never);
  await store.close();
  expect(traces('telemetry')).toBe('0');
  block('keep-erasures', serviceEnv('telemetry'));
  const kept = readFileSync(join(folder, 'erasures.ndjson'), 'utf8');
  expect(statSync(join(folder, 'erasures.ndjson')).mode & 0o777).toBe(0o600);
  expect(kept).not.toMatch(/Ärger|officer/);
  const [, , receipt = ''] = kept.split('\n');

  shell('dropdb telemetry_restored');
  block('restore');
  expect(Number(traces('telemetry_restored'))).toBeGreaterThan(3);
  const output = block('replay-erasures', serviceEnv('telemetry_restored'));
  expect(output).toContain('Receipts in the file: 1; not in the database: 1; people erased again: 1.');
  expect(output).not.toContain('Ärger');
  expect(traces('telemetry_restored')).toBe('0');
  expect(query(`select modified_by_ from mobile where uuid = 'of 2'`, { PGDATABASE: 'telemetry_restored' })).toBe(
    'erased',
  );
  expect(block('replay-erasures', serviceEnv('telemetry_restored'))).toContain(
    'not in the database: 0; people erased again: 0.',
  );

  // What migrating a backup from before there were keys and receipts leads to: another key, and no receipt.
  const older = { PGDATABASE: 'older' };
  shell('createdb older && pg_restore --exit-on-error --dbname=older telemetry.dump');
  query(`update erasure_key set key = sha256('another'), created = now() at time zone 'UTC'`, older);
  query(
    `create table aside as select * from kysely_migration; delete from kysely_migration where name > '0006'`,
    older,
  );
  expect(() => block('replay-erasures', serviceEnv('older'))).toThrow('run "main.js migrate" first');
  query(
    `insert into kysely_migration select * from aside where name > '0006' and name not in (select name from kysely_migration); drop table aside`,
    older,
  );
  writeFileSync(join(folder, 'erasures.ndjson'), receipt);
  expect(() => block('replay-erasures', serviceEnv('older'))).toThrow(/Nothing was done.*it has the key/);
  writeFileSync(join(folder, 'erasures.ndjson'), kept);
  expect(block('replay-erasures', serviceEnv('older'))).toContain('people erased again: 1.');
  expect(traces('older')).toBe('0');
});

it('gets back to the moment before a mistake', async () => {
  block('base-backup', { BACKUP: join(folder, 'backup') });
  addMobile('second');
  const before = query(ALL);
  const until = query('select clock_timestamp()');
  query('delete from mobile');
  const segment = query('select pg_walfile_name(pg_switch_wal())');
  const archived = `select last_archived_wal >= '${segment}' from pg_stat_archiver`;
  await expect.poll(() => query(archived)).toBe('t');
  const port = String(await freePort());
  block('recover', {
    BACKUP: join(folder, 'backup'),
    RECOVERED: join(folder, 'recovered'),
    UNTIL: until,
    RECOVERED_PORT: port,
  });
  const recovered = { PGPORT: port };
  await expect.poll(() => query('select pg_is_in_recovery()', recovered)).toBe('f');
  expect(query(ALL, recovered)).toBe(before);
  expect(query('select count(*) from mobile')).toBe('0');
});

it('runs every block of the page', () => {
  expect([...used].toSorted()).toEqual([...blocks.keys()].toSorted());
});

function startServer(data: string, port: number): void {
  shell(`pg_ctl --pgdata=${data} --log=${data}/server.log --options="-p ${port}" --wait start >/dev/null`);
}
