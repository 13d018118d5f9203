import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';
import { readFoldClock } from '../fleet-state.js';
import { takeFoldLock } from '../fold/fold-lock.js';
import { nextPatients } from '../fold/next-patients.js';
import { OwnersToWalk } from '../fold/owners-to-walk.js';
import { isTooLarge, sizesAcrossNodes } from '../fold/reading-batches.js';
import { READINGS_KIND } from '../readings.js';
import { compareRandomPeople, isEffective } from './check-people.js';
import { compareRandomReaders, settledReaders } from './check-readings.js';
import { settledOwners } from './differing-people.js';
import type { KindCheck } from './kind-check.js';

// The nodes of a distributed database have no snapshot in common, so a few owners at a time are compared while nobody
// folds. What others write meanwhile leaves a note, which is looked for last: whoever is noted does not count.

/** How many owners one transaction compares: erasures wait for it, as they do for a step of the fold. */
const OWNERS_AT_ONCE = 5_000;

/** How many times as long as a stretch the rest after it is: the fold only tries to get its lock, about once a second. */
const REST_RATIO = 2;

/** The check of people, as `checkPeople`. */
export async function checkPeopleInStretches(
  client: pg.ClientBase,
  kind: FleetKind,
  sample: number,
): Promise<KindCheck> {
  const { name, current, owner } = kind;
  const owners = new OwnersToWalk(client, kind, undefined, OWNERS_AT_ONCE);
  let [expected, stored] = [0, 0];
  for (let some = await owners.take(); some.length > 0; some = await owners.take()) {
    const stretch = some;
    await whileNobodyFolds(client, async (clock) => {
      const byRecords = await countEach(
        client,
        `select owner, count(*)::integer as count from (
           select distinct m.${owner} as owner, m.app_product from ${name} as m
            where m.${owner} = any ($1::varchar[]) and ${isEffective(kind, '$2::timestamp')}
         ) as people group by owner`,
        [stretch, clock],
      );
      const inState = await countEach(
        client,
        `select ${owner} as owner, count(*)::integer as count from ${current} where ${owner} = any ($1::varchar[]) group by ${owner}`,
        [stretch],
      );
      const settled = await settledOwners(client, kind, stretch, clock);
      expected += sumOf(byRecords, settled);
      stored += sumOf(inState, settled);
    });
    owners.walked(stretch);
  }
  const { compared, differing } = await whileNobodyFolds(client, (clock) =>
    compareRandomPeople(client, kind, clock, sample),
  );
  return { kind: name, unit: 'people', expected, stored, recomputed: compared, differing };
}

/** The check of readings, as `checkReadings`. */
export async function checkReadingsInStretches(client: pg.ClientBase, sample: number): Promise<KindCheck> {
  let [expected, stored] = [0, 0];
  let next = await nextPatients(client, null);
  while (next.length > 0) {
    const patients = next.map(({ patient }) => patient);
    await whileNobodyFolds(client, async () => {
      const sizes = await sizesAcrossNodes(client, patients);
      const settled = new Set(await settledReaders(client, patients));
      for (const size of sizes) {
        if (!settled.has(size.patient) || isTooLarge(size)) continue;
        expected += size.recorded;
        stored += size.stored;
      }
    });
    next = await nextPatients(client, next.at(-1)?.beginning ?? null);
  }
  const { compared, differing } = await whileNobodyFolds(client, () => compareRandomReaders(client, sample));
  return { kind: READINGS_KIND, unit: 'readings', expected, stored, recomputed: compared, differing };
}

async function whileNobodyFolds<T>(client: pg.ClientBase, work: (clock: string) => Promise<T>): Promise<T> {
  await client.query('begin isolation level read committed read only');
  await takeFoldLock(client);
  const beganAt = performance.now();
  const result = await work(await readFoldClock(client));
  await client.query('commit');
  await sleep(REST_RATIO * (performance.now() - beganAt));
  return result;
}

async function countEach(
  client: pg.ClientBase,
  statement: string,
  values: unknown[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ owner: string; count: number }>(statement, values);
  return new Map(rows.map(({ owner, count }) => [owner, count]));
}

function sumOf(counts: ReadonlyMap<string, number>, owners: readonly string[]): number {
  return owners.reduce((sum, owner) => sum + (counts.get(owner) ?? 0), 0);
}
