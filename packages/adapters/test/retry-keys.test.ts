import { createHash } from 'node:crypto';
import type { RetryKey } from '@polaris-telemetry/domain';
import { aMobileInstallation, instant, recordId } from '@polaris-telemetry/domain/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres, type PostgresStore } from '../src/index.js';
import { databaseServers } from './support/databases.js';
import { openSession, runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

describe.each(databaseServers())('retry keys in several processes ($name)', (server) => {
  const suite = storeForSuite(server);
  afterEach(() => suite.empty());

  function open(): PostgresStore {
    const store = connectPostgres(suite.settings);
    onTestFinished(() => store.close());
    return store;
  }

  const add = (store: PostgresStore, id: string, key: string) =>
    store.patientInstallations.add(aMobileInstallation({ id: recordId(id) }), {
      key: key as RetryKey,
      fingerprint: 'f',
    });
  const count = async (table: string) =>
    Number((await runSql(suite.settings, `select count(*) as n from ${table}`))[0]?.['n']);

  it('of repetitions through several processes at once, exactly one adds', async () => {
    const stores = Array.from({ length: 4 }, open);
    for (let round = 0; round < 30; round++) {
      const outcomes = await Promise.all(stores.map((store, n) => add(store, `${round} ${n}`, `key ${round}`)));
      const added = outcomes.find(({ outcome }) => outcome === 'added');
      const others = outcomes.filter((result) => result !== added);
      for (const result of others) {
        if (result.outcome !== 'in-progress') expect(result).toEqual({ ...added, outcome: 'replayed' });
      }
    }
    expect(await count('mobile')).toBe(30);
  });

  it('while the first request is under way in another process, a repetition learns so at once', async () => {
    const [first, second] = [open(), open()];
    const holder = await openSession(suite.settings);
    onTestFinished(() => holder.end());
    const { ownerId } = aMobileInstallation();
    const columns = `'2022-01-01', 'a', '2022-01-01', 'a', '${ownerId}', 'c', '2022-01-01', 0, 'GDM', '1', 'o', 'v', 'f', 'm', 'd'`;
    await holder.query(`begin; insert into mobile select 'held', ${columns}`);
    // It waits for the other transaction, which may take its id.
    const underWay = add(first, 'held', 'key');
    await expect
      .poll(async () => (await runSql(suite.settings, `select from pg_locks where locktype = 'advisory'`)).length)
      .toBe(1);
    expect(await add(second, 'another', 'key')).toEqual({ outcome: 'in-progress' });
    expect(await add(second, 'another', 'another key')).toMatchObject({ outcome: 'added' });
    await holder.query('rollback');
    const { outcome } = await underWay;
    expect(outcome).toBe('added');
    expect(await add(second, 'once more', 'key')).toMatchObject({ outcome: 'replayed', record: { id: 'held' } });
  });

  it('forgotten keys are removed by additions with a key, a few at a time; remembered ones stay', async () => {
    const store = open();
    const created = instant('2022-03-04T08:00:00Z');
    await runSql(
      suite.settings,
      `insert into idempotency_key select sha256(n::text::bytea), 'mobile', 'o', '', '{}',
         timestamp '2022-03-03 08:00:00' - n * interval '1 s' from generate_series(0, 19) n`,
      `insert into idempotency_key select sha256('fresh'), 'mobile', 'o', '', '{}', timestamp '2022-03-03 08:00:00.000001'`,
    );
    const audit = { ...aMobileInstallation().audit, created, modified: created };
    const left: number[] = [];
    for (let n = 0; n < 6; n++) {
      const record = aMobileInstallation({ id: recordId(`${n}`), audit });
      await store.patientInstallations.add(record, { key: `k${n}` as RetryKey, fingerprint: 'f' });
      left.push(await count(`idempotency_key where created <= '2022-03-03 08:00:00'`));
    }
    // Where they are on several nodes, a job removes them all (`fleet-fold.test.ts`).
    expect(left).toEqual(server.distributed ? Array(6).fill(20) : [16, 12, 8, 4, 0, 0]);
    expect(await count(`idempotency_key where created > '2022-03-03 08:00:00'`)).toBe(7);
  });

  const besideVersion2 = async () => {
    const store = open();
    const created = (text: string) => ({
      ...aMobileInstallation().audit,
      created: instant(text),
      modified: instant(text),
    });
    const say = (id: string, at: string, fingerprint: string, valuesFingerprint?: string) =>
      store.patientInstallations.add(aMobileInstallation({ id: recordId(id), audit: created(at) }), {
        key: 'k' as RetryKey,
        fingerprint,
        valuesFingerprint,
      });
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    /** What 2.0 stores under a key: everything except the digest of values. */
    const storeAsBefore = (fingerprint: string, at: string) =>
      runSql(
        suite.settings,
        `insert into idempotency_key as known (id, kind, owner, fingerprint, snapshot, created)
         select id, kind, owner, '\\x${hex(fingerprint)}', snapshot, timestamp '${at}' from idempotency_key
         on conflict (id) do update
         set fingerprint = excluded.fingerprint, snapshot = excluded.snapshot, created = excluded.created`,
      );
    expect(await say('1', '2022-03-04T08:00:00Z', 'bytes', 'values')).toMatchObject({ outcome: 'added' });
    // A day later an old process uses the key for another request.
    await storeAsBefore('other bytes', '2022-03-05 09:00:00');
    expect(await say('2', '2022-03-05T09:00:01Z', 'new bytes', 'values')).toEqual({ outcome: 'conflict' });
    expect(await say('3', '2022-03-05T09:00:01Z', 'other bytes', 'values')).toMatchObject({ outcome: 'replayed' });
  };
  // Version 2.0 does not run on tables that Citus distributes.
  if (!server.distributed) {
    it(
      'beside processes of version 2.0: theirs are replayed by bytes, and a key that they give away takes its values along',
      besideVersion2,
    );
  }

  it('an addition without a key does not touch the table of keys', async () => {
    await open().patientInstallations.add(aMobileInstallation());
    expect(await count('idempotency_key')).toBe(0);
  });
});
