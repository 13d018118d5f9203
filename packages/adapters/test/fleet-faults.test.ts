import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkFleet, connectPostgres, type FoldStep, type PostgresStore, runFold } from '../src/index.js';
import type { DatabaseSettings } from '../src/postgres/connections/settings.js';
import { checkSomePeople } from '../src/postgres/fleet/check/check-some-people.js';
import { foldStep, readClock } from '../src/postgres/fleet/fold/fold-step.js';
import { READ_LIMITS } from '../src/postgres/fleet/fold/read-limits.js';
import { fleetQueries } from '../src/postgres/fleet/queries/fleet-search.js';
import { mobileInstallations } from '../src/postgres/mappings/mobile-installations.js';
import { instantOf } from '../src/postgres/records/timestamp-text.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { expectExact, expectedFleet, foldAll, foldConnection, people, storedFleet } from './support/fleet.js';
import { readsOf } from './support/reads.js';
import { openSession, runSql } from './support/sql.js';

const NOW = async () => '2022-06-01 00:00:00';

async function asOf(settings: DatabaseSettings): Promise<unknown> {
  return (await runSql(settings, 'select as_of from fleet_state'))[0]?.['as_of'];
}

describe.each(databaseServers())('the fleet state on $name', (server) => {
  it('loses nothing when the connection dies while folding, at whatever statement', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(40), `update mobile set app_version = '5', modified = '2022-04-01'`);
    for (let statements = 1; ; statements++) {
      const client = await foldConnection(settings);
      let left = statements;
      const query = client.query.bind(client);
      client.query = ((...args: Parameters<typeof query>) => {
        if (left-- === 0) client.connection.stream.destroy();
        return query(...args);
      }) as typeof client.query;
      const step = await foldStep(client, NOW).catch(() => undefined);
      // The server may not have noticed yet that the previous one is gone.
      if (step?.busy) statements--;
      else if (left >= 0) {
        expect(step?.more).toBe(false);
        break;
      }
      expect(statements).toBeLessThan(100);
    }
    await expectExact(settings);
    expect((await storedFleet(settings, 'mobile')).current).toHaveLength(40);
  });

  it('is folded by one process at a time, however many try, and counts everyone once', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, people(1_200));
    const stop = new AbortController();
    const steps: FoldStep[] = [];
    const errors: unknown[] = [];
    const folding = Array.from({ length: 4 }, () =>
      runFold(settings, {
        signal: stop.signal,
        onStep: (step) => steps.push(step),
        onError: (error) => errors.push(error),
      }),
    );
    onTestFinished(async () => {
      stop.abort();
      await Promise.all(folding);
    });
    for (let round = 0; round < 5; round++) {
      await runSql(
        settings,
        people(100, 2_000 + 100 * round),
        `update mobile set app_version = '9.${round}' where uuid like 'r%${round}'`,
      );
    }
    const notes = 'select from fleet_queue union all select from fleet_build where walking';
    await expect.poll(() => runSql(settings, notes)).toEqual([]);
    await expectExact(settings);
    expect(errors).toEqual([]);
    expect((await storedFleet(settings, 'mobile')).current).toHaveLength(1_700);
    // It goes on.
    const before = await asOf(settings);
    await expect.poll(() => asOf(settings)).not.toBe(before);
    expect(steps.some(({ busy }) => !busy)).toBe(true);
  });

  it('holds as of an instant only when all that was committed by then is counted, also what began long before', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    const slow = await openSession(settings);
    onTestFinished(() => slow.end());
    await slow.query('begin');
    await slow.query(people(1));
    await runSql(settings, people(1, 1));
    await foldAll(client);
    expect((await storedFleet(settings, 'mobile')).current).toHaveLength(1);
    await slow.query('commit');
    const committed = await readClock(client);
    await foldAll(client);
    expect((await storedFleet(settings, 'mobile')).current).toHaveLength(2);
    expect(String(await asOf(settings)) >= committed).toBe(true);
  });

  it('does not move on before a bulk load is counted', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    const before = await asOf(settings);
    await runSql(settings, people(1_100));
    expect((await foldStep(client)).more).toBe(true);
    expect(await asOf(settings)).toBe(before);
    await foldAll(client);
    expect(await asOf(settings)).not.toBe(before);
    await expectExact(settings);
  });

  it('folds people once in a step, however often their records have changed', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    await runSql(
      settings,
      people(3),
      `insert into fleet_queue (kind, owner) select kind, owner from fleet_queue, generate_series(1, 2000)`,
    );
    expect(await foldStep(client)).toMatchObject({ people: 3, more: false });
    await expectExact(settings);
  });

  it('meets odd rows and goes on: texts of a megabyte, more products and versions than it distinguishes', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    const long = `repeat('é"\\', 350000)`;
    await runSql(
      settings,
      people(3),
      `update mobile set app_version = ${long}, app_product = ${long}, model = ${long}, unique_device_code = ${long} where uuid = 'r0'`,
      `update mobile set app_version = '' where uuid = 'r0'`,
      `insert into mobile select 'v' || i, date '2022-05-01', 'a', date '2022-05-01', 'a', 'hostile ' || i, 'd', date '2022-05-01', -86399, 'GDM', 'version ' || i,
         '', '', '', '', '' from generate_series(1, 10050) i`,
    );
    await foldAll(client, NOW);
    const counts = await runSql(
      settings,
      `select kind_of_version as kind, count(distinct version)::int as versions, sum(l.people)::int as people
         from fleet_ledger l join fleet_version v on v.id = l.version join fleet_product p on p.id = product where p.app_product = 'GDM' group by 1 order by 1`,
    );
    expect(counts).toMatchObject([{ kind: 'other' }, { kind: 'version', versions: 10_000 }]);
    expect(counts.reduce((sum, row) => sum + Number(row['people']), 0)).toBe(10_053);
    expect((await runSql(settings, `select sum(people)::int as people from fleet_product`))[0]).toEqual({
      people: 10_054,
    });
  });

  it('finds exactly the people of a version by its whole text, also of those that a number or an index entry lumps together', async () => {
    const settings = await migratedDatabase(server);
    const code = 'x'.repeat(64);
    await runSql(
      settings,
      `insert into mobile select 'v' || i, date '2022-05-01', 'a', date '2022-05-01', 'a', 'person ' || i, 'd', date '2022-05-01', 0, 'GDM',
         'version ' || i, '', '${code}' || i, '', '', '' from generate_series(10001, 20050) i`,
    );
    await foldAll(await foldConnection(settings), NOW);
    const { search } = fleetQueries(readsOf(settings), mobileInstallations);
    const found = async (equal: { [Name in 'appProduct' | 'appVersion' | 'phoneOsVersion']?: string[] }) => {
      const order = { by: 'since', direction: 'ascending' } as const;
      const { results, total } = await search({ filter: { equal }, order, limit: 3, countUpTo: 20_000 });
      return [results.map(({ record }) => String(record.ownerId)), total?.count];
    };
    const [other] = await runSql(
      settings,
      `select substr(m.app_version, 9) as number from fleet_mobile m join fleet_version v on v.id = m.version and kind_of_version = 'other' limit 1`,
    );
    const number = String(other?.['number']);
    const one = [[`person ${number}`], 1];
    expect(await found({ appVersion: [`version ${number}`] })).toEqual(one);
    expect(await found({ appProduct: ['GDM'], appVersion: [`version ${number}`, 'version 1'] })).toEqual(one);
    expect(await found({ appProduct: ['SEND'], appVersion: [`version ${number}`] })).toEqual([[], 0]);
    expect(await found({ phoneOsVersion: [code + number] })).toEqual(one);
    expect(await found({ phoneOsVersion: [code] })).toEqual([[], 0]);
    expect(await found({ appProduct: ['GDM'] })).toEqual([['person 10001', 'person 10002', 'person 10003'], 10_050]);
  });

  it('waits for a state that is too old, answers as of long ago during a bulk load, and else says that it is outdated', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await runSql(settings, people(3));
    await foldAll(client);
    const store = connectPostgres(settings, { boundsAge: true });
    const unbounded = connectPostgres(settings);
    onTestFinished(async () => {
      await Promise.all([store.close(), unbounded.close()]);
    });
    const search = { filter: {}, order: { by: 'since', direction: 'descending' }, limit: 10 } as const;
    const found = async ({ queries }: Pick<PostgresStore, 'queries'>) =>
      (await queries.fleet.patients.search(search)).results.length;
    const makeOlder = (asOfBy: number, clockBy: number) =>
      runSql(
        settings,
        `update fleet_state set as_of = as_of - interval '${asOfBy} seconds', clock = clock - interval '${clockBy} seconds'`,
      );
    await makeOlder(60, 8);
    expect(await found(store)).toBe(3);
    await makeOlder(0, 52);
    expect(await found(unbounded)).toBe(3);
    const report = store.queries.reports.products.countProducts();
    await Promise.all([
      expect(found(store)).rejects.toMatchObject({ code: 'outdated' }),
      expect(report).rejects.toMatchObject({ code: 'outdated' }),
    ]);
    const waiting = found(store);
    await sleep(300);
    await foldAll(client);
    expect(await waiting).toBe(3);
  });

  it('counts a person with many long states, of any size, without reading them whole', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    const long = (end: string) => `repeat('é"\\', 20000) || '${end}'`;
    await runSql(
      settings,
      people(3),
      `update mobile set app_version = ${long('1')}, app_product = ${long('')} where uuid = 'r0'`,
      `do $$ begin for i in 1 .. 60 loop
         update mobile set app_version = ${long('')} || i % 3, modified = timestamp '2022-04-01' + i * interval '9 hours' where uuid = 'r0';
       end loop; end $$`,
    );
    // 61 states of 160 KB are more than this, but their beginnings are not.
    await foldAll(client, NOW, { ...READ_LIMITS, cost: 1_000_000, together: 1_000_000 });
    expect(await checkFleet(settings)).toMatchObject({
      isExact: true,
      kinds: [{ stored: 4, recomputed: 3, differing: 0 }, {}, {}],
    });
    const { ledger, current } = await storedFleet(settings, 'mobile');
    expect(ledger.filter((entry) => entry.length > 4_500)).toEqual([]);
    const expected = await expectedFleet(settings, 'mobile', instantOf(await NOW()));
    expect(current).toEqual(expected.current);
    // Every change of every day counts, by the whole text.
    expect(ledger).toHaveLength(expected.ledger.length);
  });

  it('leaves a person out who has too much to be read, says so, and counts all others', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    // Together, two ordinary people are too much for one batch; no one is left out for that.
    const limits = { ...READ_LIMITS, cost: 20_000, together: 250 };
    const greedy = `insert into mobile select 'g' || i, date '2022-05-01', 'a', date '2022-05-01', 'a', 'person 1', 'd', date '2022-05-01', 0,
      'product ' || i, repeat('x', 900), '', '', '', '', '' from generate_series(1, 30) i`;
    const busy = `do $$ begin for i in 1 .. 30 loop
      update mobile set app_version = repeat('y', 900) || i, modified = timestamp '2022-05-01' + i * interval '1 day'
       where patient_id = 'person 2'; end loop; end $$`;
    await runSql(settings, people(5), greedy, busy);
    const parked: number[] = [];
    const foldOn = async () => {
      for (let more = true; more; ) {
        const step = await foldStep(client, NOW, limits);
        ({ more } = step);
        if (step.parked > 0) parked.push(step.parked);
      }
    };
    await foldOn();
    const owners = async () =>
      (await storedFleet(settings, 'mobile')).current.map((text) => JSON.parse(text)[0]).toSorted();
    expect(await owners()).toEqual(['person 0', 'person 3', 'person 4']);
    expect(parked.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(2);
    expect(await runSql(settings, 'select from fleet_queue')).toEqual([]);
    expect(await asOf(settings)).toBe(await NOW());
    expect(await checkFleet(settings)).toMatchObject({ isExact: true, kinds: [{ stored: 3 }, {}, {}] });
    expect(await checkSomePeople(client)).toMatchObject({ differing: 0, parked: 2 });
    // Others are counted on, and so is the person once there is less.
    await runSql(settings, `delete from mobile where uuid like 'g%'`, people(1, 9));
    await foldOn();
    expect(await owners()).toEqual(['person 0', 'person 1', 'person 3', 'person 4', 'person 9']);
    await runSql(settings, `select fleet_forget('person 2')`);
    expect(await runSql(settings, `select from fleet_person where owner = 'person 2'`)).toEqual([]);
  });
});
