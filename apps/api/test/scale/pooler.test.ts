import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { tokenFor } from '../support/tokens.js';

let database: SuiteDatabase;
/** The service's settings when no one thought of migrations. */
let throughPoolerAlone: Record<string, string>;

beforeAll(async () => {
  database = await startSuiteDatabase();
  const { DATABASE_MIGRATION_HOST, DATABASE_MIGRATION_PORT, ...rest } = database.env;
  expect([DATABASE_MIGRATION_HOST, DATABASE_MIGRATION_PORT]).not.toContain(undefined);
  throughPoolerAlone = rest;
});
afterEach(() => Service.endAll());
afterAll(() => database.stop());

const HINT = /connection pooler.*DATABASE_MIGRATION_HOST and DATABASE_MIGRATION_PORT/;

async function tables(): Promise<unknown> {
  const [row] = await database.sql(`select count(*)::integer as tables from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`);
  return row?.['tables'];
}

describe('migrations through a pooler', () => {
  it.each([
    ['at start', []],
    ['by hand', ['migrate', 'up']],
    ['back', ['migrate', 'down']],
  ])('%s are refused with the way out, and nothing is touched', async (_, args) => {
    const service = new Service(throughPoolerAlone, args);
    expect((await service.exit).code).toBe(1);
    expect(service.stdout + service.stderr).toMatch(HINT);
    expect(await tables()).toBe(0);
  });

  it('go past it where the server itself is named, and what runs through it then serves', async () => {
    const migrating = new Service(database.env, ['migrate']);
    expect((await migrating.exit).code).toBe(0);
    const serving = await new Service({ ...throughPoolerAlone, MIGRATE_ON_START: 'false' }).ready();
    const url = await serving.url();
    await expect.poll(async () => (await callOverHttp(url, 'GET', '/healthcheck')).status).toBe(200);
  });
});

it('exports through the pooler, by the API and by the command, have every record once', async () => {
  await new Service(database.env, ['migrate']).exit;
  await database.sql(`
    insert into desktop select gen_random_uuid(), '2022-01-01', 'c', '2022-01-01', 'c', 'c' || n % 100, repeat('d', 900),
      '2022-01-01', 0, 'GDM', '1.' || n % 7, 'Windows', '11', '::1' from generate_series(1, 5000) n`);
  const service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
  const token = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { system_id: 'warehouse' } });
  const url = await service.url();
  const path = '/dhos/v1/telemetry/export';
  const whole = await callOverHttp(url, 'GET', `${path}/clinician_installations`, { token });
  const ids = whole.text.split('\n').slice(0, -2);
  const stored = await database.sql('select uuid from desktop order by uuid');
  expect(ids.map((line) => JSON.parse(line).uuid)).toEqual(stored.map(({ uuid }) => uuid));
  const revisions = await callOverHttp(url, 'GET', `${path}/revisions`, { token });
  expect(revisions.text.split('\n')).toHaveLength(5002);
  const folder = temporaryFolder();
  const file = join(folder, 'desktops.ndjson');
  expect((await new Service(database.env, ['export', 'clinician_installations', file]).exit).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(whole.text);
  remove(folder);
});
