import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';

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
    expect((await callOverHttp(await serving.url(), 'GET', '/healthcheck')).status).toBe(200);
  });
});
