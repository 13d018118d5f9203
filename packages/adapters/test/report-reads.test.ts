import { AsyncLocalStorage } from 'node:async_hooks';
import type { CountedProduct } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres } from '../src/index.js';
import { ReportReads } from '../src/postgres/fleet/queries/report-reads.js';
import { databaseServers } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { countSleepers, readsOf } from './support/reads.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

describe.each(databaseServers())('reports on one state of the fleet ($name)', (server) => {
  const suite = storeForSuite(server);

  const fold = async () => foldAll(await foldConnection(suite.settings));

  async function install(...owners: readonly string[]): Promise<void> {
    for (const owner of owners) {
      await runSql(
        suite.settings,
        `insert into mobile values ('r-${owner}', '2022-03-01', 'p', '2022-03-01', 'p', '${owner}', 'd', '2022-03-01', 0, 'GDM', '4', 'iOS', '15', 'Apple', 'A', '')`,
      );
    }
    await fold();
  }

  /** A store with people in it, and the names of the calls that reach its database. */
  async function storeWith(...owners: readonly string[]) {
    await suite.empty();
    await install(...owners);
    const calls: string[] = [];
    const store = connectPostgres(suite.settings, {
      observe: ({ name }) => {
        calls.push(name);
        return () => {};
      },
    });
    onTestFinished(() => store.close());
    const reports = store.queries.reports;
    const once = reports.answers.once.bind(reports.answers);
    const people = async () =>
      (await once('people', () => reports.products.countProducts())).products.map(
        ({ people: count }: CountedProduct) => count,
      );
    return { store, reports, once, people, timesRead: (name: string) => calls.filter((call) => call === name).length };
  }

  it('are read once, however many ask, at once or later', async () => {
    const { people, once, reports, timesRead } = await storeWith('a');
    expect(await Promise.all([people(), people(), people()])).toEqual([[1], [1], [1]]);
    expect(await people()).toEqual([1]);
    expect(timesRead('fleet_product.count')).toBe(1);
    const countBy = (by: 'model' | 'manufacturer') =>
      once(by, () => reports.patients.countGroups({ filter: {}, by: [by], top: 10 }));
    expect((await countBy('model')).first).toEqual([{ names: ['A'], people: 1 }]);
    expect((await countBy('manufacturer')).first).toEqual([{ names: ['Apple'], people: 1 }]);
    expect((await countBy('model')).first).toEqual([{ names: ['A'], people: 1 }]);
    expect(timesRead('fleet_mobile.count')).toBe(2);
  });

  it('are read again after each fold, and as of it', async () => {
    const { people, reports, timesRead } = await storeWith('a');
    const { asOf: before } = await reports.products.countProducts();
    await install('b');
    expect(await people()).toEqual([2]);
    expect(timesRead('fleet_product.count')).toBe(2);
    await fold();
    const { asOf: after } = await reports.products.countProducts();
    expect(after).not.toEqual(before);
    expect(await people()).toEqual([2]);
    expect(timesRead('fleet_product.count')).toBe(4);
  });

  it('do not outlive an erasure, nor the erasure of everything', async () => {
    const { people, store } = await storeWith('a', 'b');
    expect(await people()).toEqual([2]);
    await runSql(suite.settings, `select fleet_forget('a')`);
    expect(await people()).toEqual([1]);
    await store.eraser.eraseAll();
    expect(await people()).toEqual([]);
  });

  it('go on for those who wait when another caller goes away, and end in the database with the last one', async () => {
    await suite.empty();
    await fold();
    const callers = new AsyncLocalStorage<AbortSignal>();
    const reads = new ReportReads({ reads: readsOf(suite.settings), callerSignal: () => callers.getStore() });
    let begun = 0;
    const nap = (caller: AbortController, seconds: number) =>
      callers.run(caller.signal, () =>
        reads.once(`${seconds}`, () =>
          reads.read('test', async (db) => {
            begun++;
            await sql`select pg_sleep(${seconds})`.execute(db);
            return { slept: seconds };
          }),
        ),
      );
    const sleepers = () => countSleepers(server.direct, suite.settings.database);
    const gone = new Error('gone');
    const [first, second] = [new AbortController(), new AbortController()];
    const left = expect(nap(first, 1)).rejects.toBe(gone);
    const stays = nap(second, 1);
    await expect.poll(sleepers).toBe(1);
    first.abort(gone);
    await left;
    expect(await stays).toMatchObject({ slept: 1 });
    expect(begun).toBe(1);

    const last = new AbortController();
    const ends = expect(nap(last, 30)).rejects.toBe(gone);
    await expect.poll(sleepers).toBe(1);
    last.abort(gone);
    await ends;
    await expect.poll(sleepers).toBe(0);
    // Whoever asks next is not handed what has ended.
    const next = nap(new AbortController(), 0);
    expect(await next).toMatchObject({ slept: 0 });
  });

  it('are about what was there when each of them asked', async () => {
    const { people } = await storeWith('a', 'b');
    const [early] = [people()];
    await runSql(suite.settings, `select fleet_forget('a')`);
    expect(await people()).toEqual([1]);
    expect([[1], [2]]).toContainEqual(await early);
  });

  it('fail for all who asked, and are tried again for whoever asks next', async () => {
    await suite.empty();
    await fold();
    const reads = new ReportReads({ reads: readsOf(suite.settings) });
    const failing = () => reads.once('test', () => reads.read('test', async () => Promise.reject(new Error('broken'))));
    const outcomes = await Promise.allSettled([failing(), failing()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await reads.once('test', async () => ({ is: 'whole' }))).toEqual({ is: 'whole' });
  });
});
