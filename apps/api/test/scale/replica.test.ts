import { setTimeout as sleep } from 'node:timers/promises';
import { instantFromEpochMilliseconds } from '@polaris-telemetry/domain';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { lookAtMarks, readsOf } from '../../../../packages/adapters/test/support/reads.js';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
import { callOverHttp } from '../support/over-http.js';
import { type Proxy as Intermediary, proxyTo } from '../support/proxy.js';
import { Service } from '../support/service.js';
import { tokenFor } from '../support/tokens.js';
import { ReplicatedPostgres } from './support/replicated-postgres.js';

let postgres: ReplicatedPostgres;
/** In front of the replica. */
let way: Intermediary;
let wayPort: number;

beforeAll(async () => {
  postgres = await ReplicatedPostgres.start();
  // Writes must go on while the replica does not follow.
  await postgres.sqlIn('postgres', "alter system set synchronous_standby_names = ''", 'select pg_reload_conf()');
  await postgres.sqlIn('telemetry', 'create table mark (n integer primary key)');
  const { proxy, port } = await proxyTo(postgres.standbyPort);
  await proxy.open();
  way = proxy;
  wayPort = port;
});

afterEach(() => Service.endAll());

afterAll(async () => {
  way?.close();
  await postgres?.remove();
});

function connect() {
  const changes: boolean[] = [];
  const reads = readsOf(postgres.settings(postgres.primaryPort), {
    replica: postgres.settings(wayPort),
    onReplicaChange: (isUsable) => changes.push(isUsable),
  });
  return { changes, reads, ask: () => reads.run('test', lookAtMarks) };
}

it('a replica answers while it is close, and shows what was committed by the time that it names', async () => {
  const { ask, changes } = connect();
  await expect.poll(async () => (await ask()).replica).toBe(true);
  expect(changes).toEqual([true]);
  for (let n = 1; n <= 10; n++) {
    await postgres.sqlIn('telemetry', `insert into mark values (${n})`);
    const committed = Date.now();
    let seen = await ask();
    for (; seen.at <= committed; seen = await ask()) {
      expect(Date.now() - seen.at).toBeLessThan(5_000);
      await sleep(20);
    }
    expect(seen.marks).toBeGreaterThanOrEqual(n);
  }
});

it('the primary answers for a replica that lags, until it has caught up', async () => {
  const { ask, changes } = connect();
  await expect.poll(async () => (await ask()).replica).toBe(true);
  postgres.stallReplication();
  await postgres.sqlIn('telemetry', 'insert into mark values (100)');
  const committed = Date.now();
  let fromPrimary = false;
  while (!fromPrimary) {
    const seen = await ask();
    expect(Date.now() - seen.at).toBeLessThan(5_000);
    // A later time shows up here.
    if (seen.at > committed) expect(seen.marks).toBe(11);
    fromPrimary = seen.replica === false && Date.now() - committed > 4_500;
    expect(Date.now() - committed).toBeLessThan(10_000);
    await sleep(50);
  }
  await expect.poll(() => changes).toEqual([true, false]);
  postgres.resumeReplication();
  await expect.poll(async () => (await ask()).replica).toBe(true);
  expect(changes).toEqual([true, false, true]);
});

it('the primary answers what rests on a state that is too old on the replica', async () => {
  const { reads } = connect();
  const isFromReplica = (age: number) =>
    reads.run('test', async (read) => {
      const seen = await lookAtMarks(read);
      read.insistOnRecent({ asOf: instantFromEpochMilliseconds(Date.now() - age), age: age / 1_000, idle: 0 });
      return seen.replica;
    });
  await expect.poll(() => isFromReplica(4_000)).toBe(true);
  expect(await isFromReplica(6_000)).toBe(false);
});

it('a replica that says nothing costs a moment, then the primary answers; log and metrics say so', async () => {
  const env = postgres.env(postgres.primaryPort);
  const service = await new Service({ ...env, DATABASE_READ_PORT: String(wayPort), SHUTDOWN_DELAY: '0' }).ready();
  const usable = async () =>
    /^database_replica_usable \d$/m.exec(await (await fetch(`${await service.url()}/metrics`)).text())?.[0];
  const { ask } = connect();
  await expect.poll(async () => (await ask()).replica).toBe(true);
  await expect.poll(usable).toBe('database_replica_usable 1');
  way.freeze();
  const started = Date.now();
  expect((await ask()).replica).toBe(false);
  // 3.5 s; the rest is for a busy machine.
  expect(Date.now() - started).toBeLessThan(10_000);
  await expect.poll(usable).toBe('database_replica_usable 0');
  await service.says(/the replica is away or too far behind/);
  way.thaw();
  await expect.poll(usable).toBe('database_replica_usable 1');
});

it('an export is read from the replica, and from the primary while the replica is away', async () => {
  const env = postgres.env(postgres.primaryPort);
  const service = await new Service({ ...env, DATABASE_READ_PORT: String(wayPort), SHUTDOWN_DELAY: '0' }).ready();
  const url = await service.url();
  await postgres.sqlIn(
    'telemetry',
    `insert into desktop select 'e' || n, now(), 'c', now(), 'c', 'c', 'd', now(), 0, 'GDM', '1', 'o', '1', '::1' from generate_series(1, 3000) n`,
  );
  const { ask } = connect();
  const caughtUp = Date.now();
  await expect.poll(async () => (await ask()).replica === true && (await ask()).at > caughtUp).toBe(true);
  await service.says(/the replica is close enough/);
  const token = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { system_id: 'warehouse' } });
  const rows = async () =>
    (await callOverHttp(url, 'GET', '/dhos/v1/telemetry/export/clinician_installations', { token })).text.split('\n')
      .length - 2;
  const readOfReplica = async () => {
    const statement = `select coalesce(idx_tup_fetch, 0) + seq_tup_read as n from pg_stat_user_tables where relname = 'desktop'`;
    const [row] = await runSql(postgres.settings(postgres.standbyPort), statement);
    return Number(row?.['n']);
  };
  const before = await readOfReplica();
  expect(await rows()).toBe(3000);
  await expect.poll(readOfReplica).toBeGreaterThanOrEqual(before + 3000);
  way.freeze();
  expect(await rows()).toBe(3000);
  way.thaw();
});
