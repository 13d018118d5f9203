import { setTimeout as pause } from 'node:timers/promises';
import { type BloodGlucoseMeter, DuplicateIdError, type RecordId, UnavailableError } from '@polaris-telemetry/domain';
import { aBloodGlucoseMeter, aMobileInstallation, ownerId, recordId, text } from '@polaris-telemetry/domain/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres, type PostgresOptions, type PostgresStore } from '../src/index.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { databaseServers } from './support/databases.js';
import { type FaultyProxy, faultyProxy } from './support/faulty-proxy.js';
import { isSettled } from './support/is-settled.js';
import { openSession, runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

/** Every call has its answer within so many seconds: 5 are promised, the rest is for a busy machine. */
const IN_TIME = 10;
/** The probe within so many: 2 are promised. A call that only waits takes longer. */
const PROBED = 3;

describe.each(databaseServers())('a store whose database has troubles ($name)', (server) => {
  const suite = storeForSuite(server);
  const later = { at: aMobileInstallation().audit.created, by: aMobileInstallation().audit.createdBy };

  afterEach(() => suite.empty());

  function open(settings: DatabaseSettings = suite.settings, options: PostgresOptions = {}): PostgresStore {
    const store = connectPostgres(settings, options);
    onTestFinished(() => store.close());
    return store;
  }

  async function openThroughProxy(
    options: PostgresOptions = {},
  ): Promise<{ proxy: FaultyProxy; store: PostgresStore }> {
    const proxy = await faultyProxy(suite.settings);
    return { proxy, store: open(proxy.settings, options) };
  }

  const phone = (id: string) => aMobileInstallation({ id: recordId(id) });
  const add = (store: PostgresStore, id: string) => store.patientInstallations.add(phone(id));
  const rename = (store: PostgresStore, id: string, name: string) =>
    store.patientInstallations.update(phone(id), { fields: { device: { displayName: text(name) } }, ...later });
  const count = async () => Number((await runSql(suite.settings, 'select count(*) as n from mobile'))[0]?.['n']);

  /** Another session's transaction, on its own connection. */
  async function meanwhile(...statements: string[]): Promise<{ end(): Promise<void> }> {
    const client = await openSession(suite.settings);
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      await client.query('rollback');
      await client.end();
    };
    onTestFinished(end);
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    return { end };
  }

  /** @returns after how many seconds the promise has settled, and how */
  async function timed<T>(promise: Promise<T>): Promise<{ seconds: number; value?: T; error?: unknown }> {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    return promise.then(
      (value) => ({ seconds: seconds(), value }),
      (error: unknown) => ({ seconds: seconds(), error }),
    );
  }

  it('a trigger that suppresses a change: an error after a few attempts, not a loop', async () => {
    const calls: string[] = [];
    const observing = ({ name }: { readonly name: string }) => {
      calls.push(name);
      return () => {};
    };
    const store = open(suite.settings, { observe: observing });
    await add(store, 'one');
    await runSql(
      suite.settings,
      'create function suppress() returns trigger language plpgsql as $$ begin return null; end $$',
      'create trigger a_suppress before update on mobile for each row execute function suppress()',
    );
    onTestFinished(async () => {
      await runSql(suite.settings, 'drop function suppress() cascade');
    });
    calls.length = 0;
    await expect(rename(store, 'one', 'another name')).rejects.toThrow(/does not carry out a change of mobile/);
    expect(calls.length).toBeLessThanOrEqual(20);
    expect((await rename(store, 'one', phone('one').device.displayName)).outcome).toBe('unchanged');
  });

  it('a column that the database compares in a way of its own: it decides whether a change differs', async () => {
    const store = open();
    await add(store, 'one');
    await runSql(
      suite.settings,
      "create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      'alter table mobile alter column display_name type varchar collate any_case',
    );
    onTestFinished(async () => {
      await runSql(
        suite.settings,
        'alter table mobile alter column display_name type varchar collate "default"',
        'drop collation any_case',
      );
    });
    await rename(store, 'one', 'a name');
    const expected = { outcome: 'unchanged', record: { device: { displayName: 'a name' } } };
    expect(await rename(store, 'one', 'A NAME')).toMatchObject(expected);
  });

  it('a frozen database: every call is given 3 s and has its answer within 5; one too many fails at once', async () => {
    const { proxy, store } = await openThroughProxy({ mostWaiting: 60 });
    await add(store, 'before');
    proxy.freeze();
    const reads = Array.from({ length: 30 }, (_, n) => timed(store.patientInstallations.find(phone(`${n}`))));
    const writes = Array.from({ length: 30 }, (_, n) => timed(add(store, `${n}`)));
    await expect(add(store, 'one too many')).rejects.toThrow(UnavailableError);
    expect(store.stats().waiting).toBe(60);
    for (const { error, seconds } of await Promise.all([...reads, ...writes])) {
      expect(error).toBeInstanceOf(UnavailableError);
      expect(seconds).toBeGreaterThan(3);
      expect(seconds).toBeLessThan(IN_TIME);
    }
    expect(store.stats().waiting).toBe(0);
    await pause(1_000);
    proxy.thaw();
    expect(await add(store, 'after')).toMatchObject({ outcome: 'added' });
  });

  it('a database that comes back within 3 s is waited for, by writes too', async () => {
    const { proxy, store } = await openThroughProxy();
    await add(store, 'before');
    await proxy.refuse();
    await pause(100);
    const calls = [
      add(store, 'meanwhile'),
      rename(store, 'before', 'another'),
      store.patientInstallations.find(phone('before')),
    ];
    await pause(1_500);
    await proxy.accept();
    const [added, changed, found] = await Promise.all(calls);
    expect([added, changed, found]).toMatchObject([{ outcome: 'added' }, { outcome: 'updated' }, { id: 'before' }]);
  });

  it('a database that stays away: 503 in time, with the reason as the cause, and no storm of connections', async () => {
    const { proxy, store } = await openThroughProxy();
    await proxy.refuse();
    const { seconds, error } = await timed(add(store, 'never'));
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(IN_TIME);
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as UnavailableError).cause).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('a read whose connection dies is asked again; a write is not, and is stored once or not at all', async () => {
    const { proxy, store } = await openThroughProxy({ pipelinedConnections: 1 });
    await add(store, 'a');
    proxy.cutAtNextAnswer();
    expect(await store.patientInstallations.find(phone('a'))).toMatchObject({ id: 'a' });
    expect(proxy.connections).toBe(2);
    proxy.cutAtNextAnswer();
    await expect(add(store, 'b')).rejects.toThrow(UnavailableError);
    expect(await store.patientInstallations.find(phone('b'))).toMatchObject({ id: 'b' });
    await expect(add(store, 'b')).rejects.toThrow(DuplicateIdError);
  });

  it('a connection that has died without a word is replaced, and its callers have their answers in time', async () => {
    const { proxy, store } = await openThroughProxy({ pipelinedConnections: 1 });
    await add(store, 'a');
    proxy.stall();
    const { error, seconds } = await timed(add(store, 'b'));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(seconds).toBeLessThan(IN_TIME);
    expect(await add(store, 'c')).toMatchObject({ outcome: 'added' });
    expect(proxy.connections).toBe(2);
  });

  it('a server that falls silent while everything is erased: unavailable in time, on another connection the next time', async () => {
    const { proxy, store } = await openThroughProxy();
    await store.eraser.eraseAll();
    expect([proxy.connections, store.stats().pool.total]).toEqual([1, 1]);
    await add(suite.store, 'a');
    proxy.stall();
    const { error, seconds } = await timed(store.eraser.eraseAll());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(IN_TIME);
    // The connection that owes an answer is dropped, not merely passed over.
    await expect.poll(() => store.stats().pool.total).toBe(0);
    expect(await count()).toBe(1);
    await store.eraser.eraseAll();
    expect(proxy.connections).toBe(2);
    expect(await count()).toBe(0);
  });

  it('idle connections that the server ended are replaced unnoticed', async () => {
    const store = open();
    await add(store, 'a');
    await runSql(
      suite.settings,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await expect.poll(() => store.stats().pipelined.open).toBe(0);
    expect(await add(store, 'b')).toMatchObject({ outcome: 'added' });
    expect(await rename(store, 'a', 'x')).toMatchObject({ outcome: 'updated' });
  });

  it('a row locked by another session holds up only its own calls, for at least 3 s', async () => {
    const store = open();
    const ids = Array.from({ length: 20 }, (_, n) => `row ${n}`);
    await Promise.all(ids.map((id) => add(store, id)));
    const holder = await meanwhile(`select from mobile where uuid = 'row 7' for update`);
    const blocked = rename(store, 'row 7', 'changed');
    const hasEnded = isSettled(blocked);
    const others = ids.filter((id) => id !== 'row 7').map((id) => rename(store, id, 'changed'));
    for (const change of await Promise.all(others)) {
      expect(change).toMatchObject({ outcome: 'updated', record: { device: { displayName: 'changed' } } });
    }
    expect(await store.patientInstallations.find(phone('row 7'))).toMatchObject({ id: 'row 7' });
    expect(hasEnded()).toBe(false);
    await pause(1_000);
    await holder.end();
    expect(await blocked).toMatchObject({ outcome: 'updated' });
  });

  it('a row that is held for good: unavailable in time, unchanged', async () => {
    const store = open();
    await add(store, 'held');
    const holder = await meanwhile(`update mobile set model = 'theirs' where uuid = 'held'`);
    const { seconds, error } = await timed(rename(store, 'held', 'changed'));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(IN_TIME);
    await holder.end();
    expect(await store.patientInstallations.find(phone('held'))).toEqual(phone('held'));
  });

  it('a change that another transaction overtakes is applied on top of it', async () => {
    const store = open();
    await add(store, 'a');
    const client = await openSession(suite.settings);
    onTestFinished(() => client.end());
    await client.query(`begin; update mobile set display_name = 'x', model = 'theirs' where uuid = 'a'`);
    const change = rename(store, 'a', 'x');
    await pause(500);
    await client.query('commit');
    // By then the name is what it was to become: nothing differs, and the answer shows the other change.
    const { device } = phone('a');
    const record = { ...phone('a'), device: { ...device, displayName: 'x', model: 'theirs' } };
    expect(await change).toEqual({ outcome: 'unchanged', record });
  });

  it('a table that is locked holds up only its own records', async () => {
    const store = open();
    const holder = await meanwhile('lock table mobile in access exclusive mode');
    const blocked = [timed(add(store, 'a')), timed(store.patientInstallations.find(phone('a')))];
    const hasEnded = isSettled(Promise.race(blocked));
    await pause(200);
    expect(await store.meters.add(aBloodGlucoseMeter())).toMatchObject({ outcome: 'added' });
    expect(hasEnded()).toBe(false);
    for (const { error, seconds } of await Promise.all(blocked)) {
      expect(error).toBeInstanceOf(UnavailableError);
      expect(seconds).toBeGreaterThan(3);
      expect(seconds).toBeLessThan(IN_TIME);
    }
    await holder.end();
    expect(await add(store, 'a')).toMatchObject({ outcome: 'added' });
  });

  it('of many additions at once, one that the database refuses fails alone, and not as an outage', async () => {
    const store = open();
    const meters: BloodGlucoseMeter[] = Array.from({ length: 30 }, (_, n) =>
      aBloodGlucoseMeter({ id: recordId(`m${n}`) }),
    );
    meters[11] = { ...aBloodGlucoseMeter(), id: 'x'.repeat(37) as RecordId };
    const results = await Promise.allSettled(meters.map((meter) => store.meters.add(meter)));
    for (const [index, result] of results.entries()) {
      expect(result.status, `addition ${index}`).toBe(index === 11 ? 'rejected' : 'fulfilled');
    }
    expect(results[11]).toMatchObject({ reason: { code: '22001' } });
  });

  it('changes of the same rows by many processes, in any order, all succeed', async () => {
    const stores = Array.from({ length: 4 }, () => open());
    const ids = Array.from({ length: 12 }, (_, n) => `row ${n}`);
    await Promise.all(ids.map((id) => add(stores[0] as PostgresStore, id)));
    const changes = Array.from({ length: 10 }, (_, round) =>
      stores.flatMap((store, n) => {
        const order = n % 2 === 0 ? ids : ids.toReversed();
        return order.map((id) => rename(store, id, `${round} ${n}`));
      }),
    );
    const outcomes = new Set((await Promise.all(changes.flat())).map(({ outcome }) => outcome));
    expect([...outcomes].filter((outcome) => outcome !== 'updated' && outcome !== 'unchanged')).toEqual([]);
  });

  it('a database that turns read-only: writes are refused at once, reads go on, the probe says so', async () => {
    const store = open();
    await add(store, 'a');
    const database = suite.settings.database;
    const restart = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`;
    onTestFinished(async () => {
      await runSql({ ...suite.settings, database: 'postgres' }, `alter database ${database} reset all`, restart);
    });
    await runSql(suite.settings, `alter database ${database} set default_transaction_read_only to on`, restart);
    await expect.poll(() => store.stats().pipelined.open).toBe(0);
    const { error, seconds } = await timed(add(store, 'b'));
    expect(error).toBeInstanceOf(UnavailableError);
    // A call that waits is given 3 s.
    expect(seconds).toBeLessThan(3);
    await expect(rename(store, 'a', 'x')).rejects.toThrow(UnavailableError);
    expect(await store.patientInstallations.find(phone('a'))).toMatchObject({ id: 'a' });
    expect((await store.probe.check())[0]).toMatchObject({
      passed: false,
      output: expect.stringContaining('read-only'),
    });
    await runSql({ ...suite.settings, database: 'postgres' }, `alter database ${database} reset all`);
    // No restart of the database: the connections that were refused are replaced.
    await expect
      .poll(() =>
        add(store, 'c').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect.poll(async () => (await store.probe.check())[0]?.passed).toBe(true);
  });

  it('a role whose rights are withdrawn: unavailable, and the probe names what it lacks', async () => {
    const role = `r_${suite.settings.database}`;
    await runSql(
      suite.settings,
      `create role ${role} login password 'secret'`,
      `grant select, insert, update on all tables in schema public to ${role}`,
    );
    const store = open({ ...suite.settings, user: role, password: 'secret' });
    onTestFinished(async () => {
      await runSql(suite.settings, `drop owned by ${role}`, `drop role ${role}`);
    });
    await add(store, 'a');
    // The probe fails, too, while the machine keeps it waiting.
    await expect.poll(async () => (await store.probe.check()).map(({ passed }) => passed)).toEqual([true, true]);
    await runSql(suite.settings, `revoke insert on mobile from ${role}`);
    await expect(add(store, 'b')).rejects.toThrow(UnavailableError);
    expect((await store.probe.check())[0]).toEqual({
      checker: 'database_connectivity_test',
      passed: false,
      output: 'the role lacks rights: insert on mobile',
    });
    await runSql(suite.settings, `grant insert on mobile to ${role}`);
    await add(store, 'b');
    await expect.poll(async () => (await store.probe.check())[0]?.passed).toBe(true);
    await store.close();
  });

  it('the probe answers in time whatever the database does, and names no address', async () => {
    const { proxy, store } = await openThroughProxy();
    await expect.poll(async () => (await store.probe.check())[0]?.passed).toBe(true);
    proxy.freeze();
    const frozen = await timed(store.probe.check());
    expect(frozen.seconds).toBeLessThan(PROBED);
    expect(frozen.value?.map(({ passed }) => passed)).toEqual([false, false]);
    const again = await timed(store.probe.check());
    expect(again.seconds).toBeLessThan(PROBED);
    proxy.thaw();
    await proxy.refuse();
    const refused = await timed(store.probe.check());
    expect(refused.value?.[0]).toMatchObject({ passed: false });
    expect(JSON.stringify([frozen.value, again.value, refused.value])).not.toMatch(/127\.|localhost|\d{4,}/);
    await proxy.accept();
    await expect.poll(async () => (await store.probe.check())[0]?.passed).toBe(true);
  });

  it('after closing, every call is refused and nothing stays open', async () => {
    const store = connectPostgres(suite.settings);
    const under = Promise.all(Array.from({ length: 50 }, (_, n) => add(store, `${n}`)));
    await under;
    await store.close();
    await expect(add(store, 'late')).rejects.toThrow(UnavailableError);
    await expect(store.patientInstallations.findLatest(ownerId('x'))).rejects.toThrow(UnavailableError);
    expect(store.stats().pipelined.open).toBe(0);
    expect(await count()).toBe(50);
  });
});
