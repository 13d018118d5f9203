import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@polaris-telemetry/domain';
import { aMobileInstallation, recordId } from '@polaris-telemetry/domain/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { DEADLINES } from '../src/index.js';
import type { Read } from '../src/postgres/reads/reads.js';
import { databaseServers } from './support/databases.js';
import { faultyProxy } from './support/faulty-proxy.js';
import { countSleepers, readsOf } from './support/reads.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

describe.each(databaseServers())('reads across people ($name)', (server) => {
  const suite = storeForSuite(server);

  const setting = async ({ db }: Read, name: string) =>
    (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(db)).rows[0]?.value;
  const nap = (seconds: number) => (read: Read) => sql`select pg_sleep(${seconds})`.execute(read.db);

  const sleepers = () => countSleepers(server.direct, suite.settings.database);

  it('show what was written before, in a transaction that can only read one state of the database', async () => {
    const store = await suite.empty();
    const reads = readsOf(suite.settings);
    const installation = aMobileInstallation();
    await store.patientInstallations.add(installation);
    const count = ({ db }: Read) =>
      db
        .selectFrom('mobile')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .executeTakeFirst();
    await reads.run('test', async (read) => {
      expect(await count(read)).toEqual({ n: '1' });
      await store.patientInstallations.add(aMobileInstallation({ id: recordId('another') }));
      expect(await count(read)).toEqual({ n: '1' });
      await expect(sql`delete from mobile`.execute(read.db)).rejects.toThrow(/read-only/);
    });
    expect(await reads.run('test', count)).toEqual({ n: '2' });
  });

  it('say as of when they are: not after the state that they show', async () => {
    const reads = readsOf(suite.settings);
    const before = Date.now();
    const { asOf, seenAt } = await reads.run('test', async ({ db, asOf }) => {
      const { rows } = await sql<{ at: string }>`select extract(epoch from clock_timestamp()) as at`.execute(db);
      return { asOf, seenAt: Number(rows[0]?.at) * 1000 };
    });
    const milliseconds = asOf.epochSeconds * 1000 + asOf.microsecond / 1000;
    expect(milliseconds).toBeGreaterThanOrEqual(before);
    expect(milliseconds).toBeLessThanOrEqual(seenAt);
  });

  it('have limits and planner settings of their own, and leave none behind', async () => {
    const reads = readsOf(suite.settings, { size: 1 });
    const inside = await reads.run('test', async (read) => ({
      statement: await setting(read, 'statement_timeout'),
      lock: await setting(read, 'lock_timeout'),
      scans: await setting(read, 'enable_seqscan'),
      jit: await setting(read, 'jit'),
      memory: await setting(read, 'work_mem'),
      workers: await setting(read, 'max_parallel_workers_per_gather'),
    }));
    expect(inside).toMatchObject({ lock: '3500ms', scans: 'on', jit: 'off', memory: '16MB', workers: '0' });
    expect(Number.parseInt(inside.statement ?? '', 10)).toBeLessThanOrEqual(DEADLINES.reads.statement);
    expect(Number.parseInt(inside.statement ?? '', 10)).toBeGreaterThan(DEADLINES.reads.statement - 5_000);
    const rows = await runSql(
      suite.settings,
      `select current_setting('work_mem') as memory, current_setting('default_transaction_read_only') as "readOnly"`,
    );
    expect(rows).toEqual([{ memory: '4MB', readOnly: 'off' }]);
  });

  it('wait for a connection in turn, and are refused at once when too many wait', async () => {
    const reads = readsOf(suite.settings, { size: 1, mostWaiting: 2 });
    const order: number[] = [];
    const read = (n: number) =>
      reads.run('test', async (one) => {
        await nap(0.2)(one);
        order.push(n);
      });
    const served = [read(1), read(2), read(3)];
    await expect(read(4)).rejects.toThrow(UnavailableError);
    expect(order).toEqual([]);
    expect(reads.stats().pool).toMatchObject({ waiting: 2 });
    await Promise.all(served);
    expect(order).toEqual([1, 2, 3]);
    expect(reads.stats().pool).toEqual({ total: 1, idle: 1, waiting: 0 });
  });

  it('open all connections when the first is needed, and let each new one read once, whatever comes of it', async () => {
    const warmed: (string | undefined)[] = [];
    const warmUp = async (read: Read) => {
      warmed.push(await setting(read, 'transaction_read_only'));
      throw new Error('nothing is built yet');
    };
    const reads = readsOf(suite.settings, { size: 3, warmUp });
    await reads.run('test', nap(0));
    await expect.poll(() => reads.stats().pool).toEqual({ total: 3, idle: 3, waiting: 0 });
    expect(warmed).toEqual(['on', 'on']);
    await Promise.all([1, 2, 3].map(() => reads.run('test', nap(0.1))));
    expect(warmed).toHaveLength(2);
    expect(reads.stats().pool.total).toBe(3);
  });

  it('end in the database when the caller goes away, and others are served', async () => {
    const reads = readsOf(suite.settings, { size: 1 });
    const caller = new AbortController();
    const reason = new Error('gone');
    const read = reads.run('test', nap(30), { signal: caller.signal });
    const refused = expect(read).rejects.toBe(reason);
    await expect.poll(sleepers).toBe(1);
    // A reader that only waits leaves at once.
    const patient = new AbortController();
    const waiting = reads.run('test', nap(30), { signal: patient.signal });
    patient.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    caller.abort(reason);
    await refused;
    await expect.poll(sleepers).toBe(0);
    expect(await reads.run('test', async () => 'served')).toBe('served');
    expect(reads.stats().pool).toEqual({ total: 1, idle: 1, waiting: 0 });
    await expect(reads.run('test', nap(0), { signal: caller.signal })).rejects.toBe(reason);
  });

  it('end in the database when the service does', async () => {
    const reads = readsOf(suite.settings);
    const refused = expect(reads.run('test', nap(30))).rejects.toThrow(UnavailableError);
    await expect.poll(sleepers).toBe(1);
    await reads.close();
    await refused;
    await expect.poll(sleepers).toBe(0);
    await expect(reads.run('test', nap(0))).rejects.toThrow(UnavailableError);
  });

  it('are given up after their time, by the server, or by us when each statement alone is short enough', async () => {
    const byServer = readsOf(suite.settings, { deadlines: { statement: 1_000, call: 20_000 } });
    await expect(byServer.run('test', nap(30))).rejects.toMatchObject({ cause: { code: '57014' } });
    const byUs = readsOf(suite.settings, { deadlines: { statement: 20_000, call: 1_500 } });
    const many = byUs.run('test', async (read) => {
      for (;;) await nap(0.3)(read);
    });
    await expect(many).rejects.toThrow('did not answer in time');
    await expect.poll(sleepers).toBe(0);
  });

  it('take no time from a write, however many there are', async () => {
    const store = await suite.empty();
    const reads = readsOf(suite.settings);
    const leaving = new AbortController();
    const reading = Promise.allSettled(
      Array.from({ length: 4 }, () => reads.run('test', nap(30), { signal: leaving.signal })),
    );
    await expect.poll(sleepers).toBe(2);
    await store.patientInstallations.add(aMobileInstallation());
    expect(await sleepers()).toBe(2);
    leaving.abort();
    await reading;
  });

  it('find another connection where one has died, with or without a sign, and wait for a server that is away', async () => {
    const proxy = await faultyProxy(suite.settings);
    const reads = readsOf(proxy.settings);
    const read = () => reads.run('test', async ({ db }) => (await sql`select 1 as one`.execute(db)).rows);
    await read();
    proxy.cut();
    expect(await read()).toEqual([{ one: 1 }]);
    proxy.stall();
    expect(await read()).toEqual([{ one: 1 }]);
    await proxy.refuse();
    const patient = read();
    await sleep(1_000);
    await proxy.accept();
    expect(await patient).toEqual([{ one: 1 }]);
    await proxy.refuse();
    const started = performance.now();
    await expect(read()).rejects.toThrow(UnavailableError);
    // It is tried for 3.5 s, not for as long as a read may take.
    expect(performance.now() - started).toBeLessThan(DEADLINES.reads.call - 4_000);
  });

  it('do not repeat work that has begun: its caller may have seen results', async () => {
    const proxy = await faultyProxy(suite.settings);
    const reads = readsOf(proxy.settings);
    let runs = 0;
    const read = reads.run('test', async ({ db }) => {
      runs++;
      await sql`select 1`.execute(db);
      proxy.cut();
      await sql`select 2`.execute(db);
    });
    await expect(read).rejects.toThrow(UnavailableError);
    expect(runs).toBe(1);
  });

  it('pass on what work throws, and keep the connection', async () => {
    const reads = readsOf(suite.settings, { size: 1 });
    const mistake = new Error('a mistake');
    await expect(reads.run('test', () => Promise.reject(mistake))).rejects.toBe(mistake);
    await expect(reads.run('test', ({ db }) => sql`select 1 / 0`.execute(db))).rejects.toMatchObject({ code: '22012' });
    expect(reads.stats().pool).toEqual({ total: 1, idle: 1, waiting: 0 });
    expect(await reads.run('test', async (read) => setting(read, 'jit'))).toBe('off');
  });

  it('are reported to an observer by name', async () => {
    const observed: unknown[] = [];
    const reads = readsOf(suite.settings, {
      observe: (call) => {
        observed.push(call);
        return (error) => observed.push(error);
      },
    });
    await reads.run('mobile.list', async () => {});
    expect(observed).toEqual([{ name: 'mobile.list' }, undefined]);
  });
});
