import type { Instant } from '@polaris-telemetry/domain';
import { randomNumbers } from '@polaris-telemetry/domain/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPostgres } from '../src/index.js';
import { instantOf } from '../src/postgres/records/timestamp-text.js';
import { expectToAddUp } from './support/adds-up.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { expectedFleet, foldAll, foldConnection, storedFleet } from './support/fleet.js';
import { runSql } from './support/sql.js';
import { migrated } from './support/stores.js';

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
function anyStatement(random: () => number, step: number): string {
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
  if (action < 0.9) return `update ${kind} set ${owner} = ${person()} where ${some}`;
  if (action < 0.93) return `update ${kind} set uuid = 's${step}' where ${some}`;
  if (action < 0.98) return `delete from ${kind} where ${some}`;
  if (action < 0.99) return `delete from ${kind}`;
  return `truncate ${kind}`;
}

describe.each(databaseServers())('the fold on $name', (server) => {
  it('keeps what the rule says, whatever happens to the records and the clock', async () => {
    const settings = await migrated(await freshDatabase(server));
    const client = await foldConnection(settings);
    const store = connectPostgres(settings);
    onTestFinished(() => store.close());
    const random = randomNumbers(20_221_126);
    for (let round = 0; round < 25; round++) {
      const statements = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) =>
        anyStatement(random, round * 100 + index),
      );
      await runSql(settings, ...statements);
      // The clock advances, stands still, and goes back.
      const clock = `2022-03-${String(5 + Math.floor(random() * 14)).padStart(2, '0')} ${random() < 0.5 ? '00:00:00' : '23:59:59.999999'}`;
      await foldAll(client, async () => clock);
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
});
