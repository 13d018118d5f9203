import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { openClient } from '../src/postgres/connections/open-client.js';
import { NO_LIMITS } from '../src/postgres/connections/session.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { databaseServers, migratedDatabase, type TestDatabases } from './support/databases.js';
import { runSql } from './support/sql.js';

const page = readFileSync(new URL('../../../docs/reading-the-data.md', import.meta.url), 'utf8');
const blocks = new Map(
  [...page.matchAll(/^```sql name=(\S+)\n(.*?)^```$/gms)].map(([, name = '', sql = '']) => [name, sql]),
);
const used = new Set<string>();

/** The SQL of a block of the page, with psql's `:'name'` replaced as psql does it. */
function block(name: string, variables: Readonly<Record<string, string>> = {}): string {
  const sql = blocks.get(name);
  if (sql === undefined) throw new Error(`docs/reading-the-data.md has no block ${name}`);
  used.add(name);
  return sql.replaceAll(/:'(\w+)'/g, (_, variable: string) => {
    const value = variables[variable];
    if (value === undefined) throw new Error(`${name} wants the variable ${variable}`);
    return `'${value.replaceAll("'", "''")}'`;
  });
}

const SEED = `
  insert into mobile values
    ('m1', '2022-01-10 08:00', 'ana', '2022-01-10 08:00', 'ana', 'ana', 'code-1', '2022-01-10 07:59:58', 3600,
      'GDM', '1.0.0', 'Android', '11', 'Fairphone', 'FP3', 'Old phone'),
    ('m2', '2022-03-01 09:00', 'ana', '2022-04-02 10:00', 'bob', 'ana', 'code-2', '2022-03-01 08:59', 3600,
      'GDM', '1.1.0', 'Android', '12', 'Fairphone', 'FP4', 'New phone'),
    ('m3', '2022-03-05 09:00', 'o''neil', '2022-03-05 09:00', 'o''neil', 'o''neil', 'code-3', '2022-03-05 08:00', -18000,
      'GDM', '1.1.0', 'iOS', '15', 'Apple', 'iPhone 13', ''),
    ('m4', '2022-03-06 09:00', 'o''neil', '2022-03-06 09:00', 'o''neil', 'o''neil', 'code-3', '0001-01-01 00:00', 0,
      'GDM', '0.9.0', 'iOS', '15', 'Apple', 'iPhone 13', '');
  insert into desktop values
    ('d1', '2022-02-01 09:00', 'carl', '2022-02-01 09:00', 'carl', 'carl', 'code-9', '2022-02-01 08:00', 0,
      'GDM', '4.0.0', 'Windows', '10', '192.0.2.7'),
    ('d2', '2022-05-01 09:00', 'carl', '2022-05-01 09:00', 'carl', 'carl', 'code-9', '2022-05-01 08:00', 0,
      'GDM', '4.1.0', 'Windows', '11', 'not an address');
  insert into blood_glucose_meter values
    ('b1', '2022-03-02 09:00', 'ana', '2022-03-02 09:00', 'ana', 'm2', 'SN-1', 'ana', '2022-03-02 09:00Z', true, 'GDM', '1.1.0', 5.6),
    ('b2', '2022-03-07 09:00', 'o''neil', '2022-03-07 09:00', 'ana', 'm3', 'SN-1', 'o''neil', '2022-03-07 09:00Z', false, 'GDM', '1.1.0', 4.2),
    ('b3', '2022-03-08 09:00', 'o''neil', '2022-03-08 09:00', 'o''neil', 'gone', 'SN-2', 'o''neil', '2022-03-08 09:00Z', null, 'GDM', '1.1.0', null),
    ('b4', '2022-03-09 09:00', 'o''neil', '2022-03-09 09:00', 'o''neil', 'm3', 'SN-3', 'o''neil', 'infinity', false, 'GDM', '1.1.0', 'NaN');
  insert into idempotency_key values
    ('\\x01', 'mobile', 'ana', '\\x02', '{"id":"m2","createdBy":"ana"}', '2022-03-01 09:00'),
    ('\\x03', 'mobile', 'o''neil', '\\x04', '{"id":"m3","createdBy":"o''neil"}', '2022-03-05 09:00')`;

describe.each(databaseServers())('the SQL of docs/reading-the-data.md on $name', (server) => {
  let settings: DatabaseSettings;
  const rows = (name: string, variables?: Readonly<Record<string, string>>) => runSql(settings, block(name, variables));
  const of = (person: string) => ({ person });
  const since = { since: '2022-01-01' };

  beforeEach(async () => {
    settings = await seeded(server);
  });

  it("lists a patient's meters with their phones", async () => {
    expect(await rows('meters-of-a-patient', of("o'neil"))).toMatchObject([
      { uuid: 'b4', date_verified: 'infinity', model: 'iPhone 13' },
      { uuid: 'b3', phone: null, model: null },
      { uuid: 'b2', is_bg_value_correct: false, model: 'iPhone 13' },
    ]);
  });

  it('finds meters that disagree, where they pile up, and serial numbers with both answers', async () => {
    expect((await rows('meters-that-disagree', since)).map(({ uuid }) => uuid)).toEqual(['b4', 'b2']);
    expect(await rows('disagreement-by-version-and-phone', since)).toMatchObject([
      { model: 'iPhone 13', meters: '2', told: '2', disagree: '2', percent_of_told: '100.0' },
      { model: 'FP4', meters: '1', told: '1', disagree: '0', percent_of_told: '0.0' },
      { model: null, meters: '1', told: '0', disagree: '0', percent_of_told: null },
    ]);
    expect(await rows('meters-with-both-answers')).toMatchObject([
      { serial_number: 'SN-1', agree: '1', disagree: '1', patients: '2' },
    ]);
    expect(await rows('implausible-values')).toMatchObject([{ uuid: 'b4', blood_glucose_value: Number.NaN }]);
  });

  it('makes roles that read what they should and no more', async () => {
    try {
      await runSql(
        settings,
        block('roles'),
        block('login'),
        `alter role jo password 'secret'`,
        "create role an login password 'secret' in role telemetry_analyst",
      );
      const jo = { ...settings, user: 'jo', password: 'secret' };
      expect(await runSql(jo, block('meters-of-a-patient', of('ana')))).toHaveLength(1);
      expect(await runSql(jo, 'select display_name, replaced from mobile_revision')).toEqual([]);
      expect(await runSql(jo, block('meters-that-disagree', since))).toHaveLength(2);
      expect(await sessionSetting(jo, 'default_transaction_read_only')).toBe('on');
      await expect(runSql(jo, `set default_transaction_read_only = off`, 'delete from mobile')).rejects.toThrow(
        'permission denied',
      );
      await expect(runSql(jo, 'select * from idempotency_key')).rejects.toThrow('permission denied');
      const an = { ...settings, user: 'an', password: 'secret' };
      await runSql(an, 'select app_product, app_version, phone_os, phone_os_version, manufacturer, model from mobile');
      await runSql(an, block('disagreement-by-version-and-phone', since));
      for (const column of ['display_name', 'unique_device_code', 'created_by_']) {
        await expect(runSql(an, `select ${column} from mobile`)).rejects.toThrow('permission denied');
      }
      await expect(runSql(an, 'select * from mobile_revision')).rejects.toThrow('permission denied');
      await expect(runSql(an, 'select ip_address from desktop')).rejects.toThrow('permission denied');
      await expect(runSql(an, 'select serial_number from blood_glucose_meter')).rejects.toThrow('permission denied');
    } finally {
      const roles = ['jo', 'an', 'telemetry_support', 'telemetry_analyst'];
      await runSql(settings, ...roles.flatMap((role) => [`drop owned by ${role}`, `drop role ${role}`]));
    }
  });
});

it('runs every block of the page', () => {
  expect([...blocks.keys()].toSorted()).toEqual([...used].toSorted());
  // No one runs a block without a name.
  expect(page.match(/^```sql/gm)?.length).toBe(blocks.size);
});

async function seeded(server: TestDatabases): Promise<DatabaseSettings> {
  const settings = await migratedDatabase(server);
  await runSql(settings, SEED);
  return settings;
}

/** The settings of a role's session from log-in on; our own connections set time limits and nothing else. */
async function sessionSetting(settings: DatabaseSettings, name: string): Promise<unknown> {
  const { client } = await openClient(settings, { limits: NO_LIMITS });
  try {
    return (await client.query(`select current_setting('${name}') as value`)).rows[0].value;
  } finally {
    await client.end();
  }
}
