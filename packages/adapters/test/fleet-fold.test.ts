import type { Instant } from '@polaris-telemetry/domain';
import { randomNumbers } from '@polaris-telemetry/domain/testing';
import type pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectPostgres } from '../src/index.js';
import { isDistributed } from '../src/postgres/connections/distribution.js';
import { foldStep, readClock } from '../src/postgres/fleet/fold/fold-step.js';
import { takeNotes } from '../src/postgres/fleet/fold/notes.js';
import { READ_LIMITS } from '../src/postgres/fleet/fold/read-limits.js';
import { instantOf } from '../src/postgres/records/timestamp-text.js';
import { expectToAddUp } from './support/adds-up.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { expectExact, expectedFleet, foldAll, foldConnection, people, storedFleet } from './support/fleet.js';
import { runSql } from './support/sql.js';

const KINDS = {
  mobile: {
    owner: 'patient_id',
    firstUsed: 'date_first_launched_',
    rest: `'Android', '12', 'Maker', 'Model', 'Phone'`,
  },
  desktop: { owner: 'clinician_id', firstUsed: 'date_first_used_', rest: `'Windows', '11', '192.0.2.1'` },
} as const;
type Kind = keyof typeof KINDS;

const ODD_DATES = [
  'infinity',
  '-infinity',
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59.999999',
  '0044-03-15 12:00:00 BC',
  '2014-12-31 23:59:59',
];
const PRODUCTS = ['GDM', '', 'a "quoted" \\ product'];
const VERSIONS = ['4.2', '4.10', '', 'dev', 'x'.repeat(100)];

/** One random statement of a person who works on the tables by SQL. */
function anyStatement(random: () => number, step: number, distributed: boolean): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kind = pick(['mobile', 'mobile', 'desktop'] as const satisfies readonly Kind[]);
  const { owner, firstUsed, rest } = KINDS[kind];
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  // A few are longer than what is read in the quick way.
  const version = () => quoted(random() < 0.03 ? 'y'.repeat(201) : pick(VERSIONS));
  const date = () =>
    random() < 0.1
      ? quoted(pick(ODD_DATES))
      : `timestamp '2022-03-01' + interval '${Math.floor(random() * 20 * 24)} hours' + interval '${pick([0, 1, 999_999])} microseconds'`;
  const person = () => quoted(`person ${Math.floor(random() * 5)}`);
  const some = `uuid = (select uuid from ${kind} order by md5(uuid || '${step}') limit 1)`;
  const action = random();
  if (action < 0.45) {
    const created = date();
    return `insert into ${kind} values ('r${step}', ${created}, 'a', ${random() < 0.7 ? created : date()}, 'a', ${person()}, 'device', ${date()},
      ${pick([0, 3600, -12_345])}, ${quoted(pick(PRODUCTS))}, ${version()}, ${rest})`;
  }
  if (action < 0.7) return `update ${kind} set app_version = ${version()}, modified = ${date()} where ${some}`;
  if (action < 0.76)
    return `update ${kind} set app_product = ${quoted(pick(PRODUCTS))}, modified = ${date()} where ${some}`;
  if (action < 0.82) return `update ${kind} set ${firstUsed} = ${date()} where ${some}`;
  if (action < 0.86) return `update ${kind} set created = ${date()} where ${some}`;
  if (action < 0.9 && !distributed) return `update ${kind} set ${owner} = ${person()} where ${some}`;
  if (action < 0.93) return `update ${kind} set uuid = 's${step}' where ${some}`;
  if (action < 0.98) return `delete from ${kind} where ${some}`;
  if (action < 0.99) return `delete from ${kind}`;
  // Nothing notes a truncation of a distributed table.
  return distributed ? `delete from ${kind}` : `truncate ${kind}`;
}

/** Statements after each of which a record runs the next version, at the next hour of a few days of March. */
function changes(id: string, ...states: readonly (readonly [version: string, day: number, hour: number])[]): string[] {
  const at = (day: number, hour: number) => `timestamp '2022-03-0${day} ${hour}:00:00'`;
  return states.map(([version, day, hour], index) =>
    index === 0
      ? `insert into mobile values ('${id}', ${at(day, hour)}, 'a', ${at(day, hour)}, 'a', 'owner of ${id}', 'device', ${at(day, hour)}, 0, 'GDM', '${version}', ${KINDS.mobile.rest})`
      : `update mobile set app_version = '${version}', modified = ${at(day, hour)}, model = 'model ${index}' where uuid = '${id}'`,
  );
}

/** Records that change several times on one day: which states are read must make no difference. */
const BUSY_DAYS = [
  ...changes('ends', ['1', 1, 9], ['2', 2, 9], ['3', 2, 10], ['4', 3, 9], ['5', 3, 10], ['6', 3, 11]),
  ...changes('stays', ['1', 1, 9], ['2', 1, 10], ['2', 1, 11], ['2', 1, 12]),
  ...changes('returns', ['1', 1, 9], ['2', 1, 10], ['1', 1, 11]),
  ...changes('returns and stays', ['1', 1, 9], ['2', 1, 10], ['3', 1, 11], ['1', 1, 12], ['1', 1, 13]),
  ...changes('begins', ['1', 1, 9], ['2', 1, 10], ['3', 3, 9]),
  ...changes('goes back', ['1', 1, 9], ['2', 2, 12], ['3', 2, 9], ['4', 1, 12], ['5', 2, 10], ['6', 2, 11]),
];

/** In turn: the usual ones, so few records that one reading seldom suffices, and so little text that only a few people's fit. */
const LIMITS = [READ_LIMITS, { ...READ_LIMITS, records: 3, batch: 5 }, { ...READ_LIMITS, batch: 20, together: 2_500 }];

/** Watches whose records are read: by the statement that measures each text, or by the quick one. */
function readsOf(client: pg.Client): (measured: boolean) => string[][] {
  const query = vi.spyOn(client, 'query');
  return (measured) =>
    query.mock.calls.flatMap(([config]) => {
      if (typeof config !== 'object' || !('rowMode' in config)) return [];
      const { text, values } = config as unknown as { readonly text: string; readonly values: readonly [string[]] };
      return text.includes('row_number') === measured ? [values[0]] : [];
    });
}

describe.each(databaseServers())('the fold on $name', (server) => {
  it('keeps what the rule says, whatever happens to the records and the clock', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    const store = connectPostgres(settings);
    onTestFinished(() => store.close());
    const random = randomNumbers(20_221_126);
    await runSql(settings, ...BUSY_DAYS);
    const rounds = isDistributed(client) ? 12 : 25;
    for (let round = 0; round < rounds; round++) {
      const statements = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) =>
        anyStatement(random, round * 100 + index, isDistributed(client)),
      );
      await runSql(settings, ...statements);
      // The clock advances, stands still, and goes back.
      const clock = `2022-03-${String(5 + Math.floor(random() * 14)).padStart(2, '0')} ${random() < 0.5 ? '00:00:00' : '23:59:59.999999'}`;
      await foldAll(client, async () => clock, LIMITS[round % LIMITS.length]);
      const asOf: Instant = instantOf(clock);
      for (const kind of ['mobile', 'desktop'] as const) {
        expect(await storedFleet(settings, kind)).toEqual(await expectedFleet(settings, kind, asOf));
      }
      await expectToAddUp(store.queries, asOf);
      const [state] = await runSql(
        settings,
        'select as_of, (select count(*) from fleet_queue) as notes from fleet_state',
      );
      expect(state).toMatchObject({ as_of: clock, notes: '0' });
    }
  });

  it('reads nobody twice but those with a long text, measures the texts of no others, and rests between batches', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    await runSql(settings, people(5), `update mobile set app_version = repeat('x', 200) where uuid = 'r6'`);
    const ownersRead = readsOf(client);
    const rest = vi.fn(async () => {});
    expect(await foldStep(client, readClock, { ...READ_LIMITS, batch: 4 }, { rest })).toMatchObject({ people: 5 });
    expect(rest).toHaveBeenCalledTimes(2);
    expect(ownersRead(false).map((owners) => owners.length)).toEqual([2, 2, 1]);
    expect(ownersRead(false).flat().toSorted()).toEqual(['person 0', 'person 1', 'person 2', 'person 3', 'person 4']);
    expect(ownersRead(true)).toEqual(isDistributed(client) ? [] : [['person 3']]);
    await expectExact(settings);
  });

  it('reads on with the next one where the long texts of several people are too much', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    await runSql(settings, people(2), `update mobile set app_version = repeat('x', 200) where uuid in ('r0', 'r2')`);
    await runSql(settings, people(1, 2));
    const ownersRead = readsOf(client);
    await foldAll(client, readClock, { ...READ_LIMITS, together: 700 });
    // From the nodes of a distributed database, all texts of a record come along.
    const isAcrossNodes = isDistributed(client);
    expect(ownersRead(!isAcrossNodes).map((owners) => owners.length)).toEqual(isAcrossNodes ? [1, 1, 1] : [2, 1]);
    await expectExact(settings);
  });

  it('takes all notes of those who were noted first, and leaves the others', async () => {
    const settings = await migratedDatabase(server);
    const client = await foldConnection(settings);
    await foldAll(client);
    const notes = [
      ['mobile', 'b'],
      ['desktop', null],
      ['mobile', 'a'],
      ['desktop', 'b'],
      ['mobile', 'b'],
      ['mobile', ''],
    ];
    const insert = `insert into fleet_queue (kind, owner) select * from unnest($1::varchar[], $2::varchar[])`;
    await client.query(insert, [notes.map(([kind]) => kind), notes.map(([, owner]) => owner)]);
    const take = async (people: number, ...waiting: string[]) => {
      const { notes: taken, more } = await takeNotes(client, people, waiting);
      return { taken: taken.map(({ kind, owner }) => [kind, owner]), more };
    };
    expect(await take(2)).toEqual({ taken: [notes[0], notes[1]], more: true });
    expect(await take(9, 'desktop')).toEqual({ taken: [notes[2], notes[5]], more: false });
    expect(await take(9)).toEqual({ taken: [notes[3]], more: false });
    expect(await runSql(settings, 'select from fleet_queue')).toEqual([]);
  });
});
