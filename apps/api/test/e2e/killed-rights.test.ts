import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { tokenFor } from '../support/tokens.js';

// What a process does for the rights of people, and what comes of it when it is killed with SIGKILL at any moment.

const folder = temporaryFolder();
let database: SuiteDatabase;

beforeAll(async () => {
  database = await startSuiteDatabase();
  await new Service(database.env, ['migrate']).exit;
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
  remove(folder);
});

/** Phones of people, each with an earlier state. */
const phones = (count: number, id: string, owner: string, modified = 'now()') => `
  insert into mobile select '${id}' || n, '2022-01-01', 'a', ${modified}, 'a', ${owner}, 'd', '2022-01-01', 0, 'GDM', '1', 'o', '1', 'm', 'x', 'n'
    from generate_series(1, ${count}) n`;

/** Locks rows, so that no process can come to its end before it is killed. @returns what releases them */
async function hold(rows: string): Promise<() => Promise<void>> {
  const holder = await database.session();
  await holder.query(`begin; select from ${rows} for update`);
  return () => holder.end();
}

/** Whether a process has come to what is held. */
async function isHeldUp(): Promise<boolean> {
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return (await database.sql(waiting)).length > 0;
}

/** The server notices that its client has gone at the end of a statement. Who holds rows has nothing under way. */
async function settled(): Promise<void> {
  const busy = `select from pg_stat_activity where backend_xid is not null and state = 'active' and pid <> pg_backend_pid() and datname = current_database()`;
  await expect.poll(async () => (await database.sql(busy)).length).toBe(0);
}

it('an erasure is done with its receipt and its access, or not at all', async () => {
  await database.sql(phones(4_000, 'many ', `'many'`));
  await database.sql(`update mobile set model = 'next'`);
  await database.sql(phones(1, 'other ', `'q'`));
  await database.sql(`update mobile set created_by_ = 'many' where uuid = 'other 1'`);
  const token = await tokenFor({ scope: 'erase:gdm_telemetry_all', metadata: { system_id: 'officer' } });
  const state = async () => {
    const [row] = await database.sql(`
      select (select count(*)::int from mobile where patient_id = 'many') as records,
             (select count(*)::int from mobile_revision where patient_id = 'many') as states,
             (select count(*)::int from mobile where created_by_ = 'many') as names,
             (select count(*)::int from erasure) as receipts,
             (select count(*)::int from access where operation like 'POST %' and status = 201) as accesses`);
    return row;
  };
  const untouched = await state();
  expect(untouched).toMatchObject({ records: 4000, states: 4000, names: 1, receipts: 0, accesses: 0 });
  const erased = { records: 0, states: 0, names: 0, receipts: 1, accesses: 1 };
  for (let attempt = 1; (await state())?.['receipts'] === 0; attempt++) {
    const service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
    const answer = fetch(`${await service.url()}/dhos/v1/telemetry/erasures`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'case' },
      body: '{"person_id":"many"}',
    }).then(
      ({ status }) => status,
      () => 'cut',
    );
    // Each time later, until it comes to its end; where the machine is busy, it is left to itself at last.
    if (attempt < 8) await sleep(60 * attempt * attempt * Math.random());
    else await answer;
    service.kill('SIGKILL');
    await service.exit;
    const outcome = await answer;
    await settled();
    const now = await state();
    expect([untouched, erased], String(outcome)).toContainEqual(now);
    if (outcome === 201) expect(now).toEqual(erased);
  }
});

it('retention goes on where it was ended, and deletes what it should in the end', async () => {
  await database.sql('truncate mobile, mobile_revision');
  await database.sql(phones(12_000, 'old ', `'p' || n % 1000`, `now() - interval '400 days' + n * interval '1 s'`));
  const left = async () => (await database.sql('select count(*)::int as n from mobile'))[0]?.['n'];
  const run = () => new Service(database.env, ['retention', '--older-than', '365', '--table', 'patient_installations']);
  // Of the last thousand that go, by their ids.
  const release = await hold(`mobile where uuid = 'old 8999'`);
  for (let kills = 0; kills < 3; kills++) {
    const before = await left();
    const command = run();
    await expect.poll(async () => (await left()) !== before || (await isHeldUp()), { interval: 5 }).toBe(true);
    command.kill('SIGKILL');
    expect(await command.exit).toMatchObject({ signal: 'SIGKILL' });
    await settled();
  }
  await release();
  const command = run();
  expect((await command.exit).code).toBe(0);
  // Each person keeps what is current: of equal dates of use, by version and creation, the one with the highest id.
  expect(await left()).toBe(1000);
  expect(command.stdout).toMatch(/^patient_installations: \d+ of \d+ records deleted\n$/m);
  const again = run();
  await again.exit;
  expect(again.stdout).toContain('patient_installations: 0 of 1000 records deleted');
});

it('a replay of erasures goes on where it was ended, and no one is left', async () => {
  await database.sql('truncate mobile, mobile_revision, erasure, access');
  const people = 100;
  await database.sql(phones(people * 5, 'back ', `'person ' || n % ${people}`));
  const list = new Service(database.env, ['erasures', 'list']);
  await list.exit;
  const [{ key = '' } = {}] = list.stdout
    .split('\n')
    .filter((line) => line.startsWith('{"erasure_key"'))
    .map((line) => JSON.parse(line).erasure_key as { key: string });
  const counts = Object.fromEntries(
    ['patient_installations', 'clinician_installations', 'blood_glucose_meters', 'revisions', 'retry_copies']
      .concat('names_in_others_records', 'accesses')
      .map((name) => [name, 0]),
  );
  const receipts = Array.from({ length: people }, (_, n) => {
    const subject = createHmac('sha256', Buffer.from(key, 'hex')).update(`person ${n}`).digest('hex');
    return JSON.stringify({ erasure: { id: `receipt ${n}`, at: '2026-01-01T00:00:00Z', subject, counts } });
  });
  const file = join(folder, 'kept.ndjson');
  writeFileSync(file, [...list.stdout.trim().split('\n'), ...receipts].join('\n'));

  const left = async () => {
    const [row] = await database.sql(`
      select count(distinct patient_id)::int as people, (select count(*)::int from erasure) as receipts from mobile`);
    return row as { people: number; receipts: number };
  };
  const release = await hold(`mobile where patient_id = 'person 1'`);
  const command = new Service(database.env, ['erasures', 'replay', file]);
  await expect.poll(async () => (await left()).people < people || (await isHeldUp()), { interval: 5 }).toBe(true);
  command.kill('SIGKILL');
  expect(await command.exit).toMatchObject({ signal: 'SIGKILL' });
  await release();
  await settled();
  const between = await left();
  expect(between.receipts).toBe(people - between.people);
  expect(between.people).toBeGreaterThan(0);
  const again = new Service(database.env, ['erasures', 'replay', file]);
  expect((await again.exit).code).toBe(0);
  expect(again.stdout).toContain(`not in the database: ${between.people}; people erased again: ${between.people}.`);
  expect(again.stdout + command.stdout).not.toContain('person 1');
  expect(await left()).toEqual({ people: 0, receipts: people });
});

it('a process logs each erasure for a replay, and removes accesses as old as configured', async () => {
  const accesses = [29, 31].map(
    (days) => `(now() at time zone 'UTC' - interval '${days} days', 'reader', 'GET /', 'kept ${days}', 200, 'r', '{}')`,
  );
  await database.sql(
    `insert into access (at, actor, operation, person_id, status, request_id, ids) values ${accesses}`,
  );
  const service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0', ACCESS_LOG_DAYS: '30' }).ready();
  await service.says(/access log: removed 1 entries older than 30 days/);
  expect(await database.sql(`select person_id from access where person_id like 'kept %'`)).toEqual([
    { person_id: 'kept 29' },
  ]);

  await database.sql(phones(2, 'logged ', `'logged'`));
  const token = await tokenFor({ scope: 'erase:gdm_telemetry_all', metadata: { system_id: 'the-officer' } });
  const body = { person_id: 'logged' };
  const url = await service.url();
  const { json } = await callOverHttp(url, 'POST', '/dhos/v1/telemetry/erasures', { token, body });
  await service.says(/a person was erased/);
  expect(service.stdout).not.toMatch(/the-officer|"logged/);
  service.kill('SIGINT');
  await service.exit;
  // The receipt is lost with a restore, and the log is what was kept.
  await database.sql('truncate mobile, mobile_revision, erasure');
  await database.sql(phones(2, 'logged ', `'logged'`));
  const log = join(folder, 'service.log');
  writeFileSync(log, service.stdout);
  const replay = new Service(database.env, ['erasures', 'replay', log]);
  expect((await replay.exit).code).toBe(0);
  const [receipt] = await database.sql('select id, by, subject from erasure');
  expect(receipt).toEqual({ id: json['id'], by: 'unknown', subject: json['subject'] });
  expect(await database.sql('select uuid from mobile')).toEqual([]);
});
