import { KINDS } from '../../kit/kinds.ts';
import { ownerId, seedStatement } from '../../kit/population.ts';
import { spreadOf } from '../../kit/statistics.ts';
import { figure } from '../../kit/text.ts';
import { whenBuilt } from './build.ts';
import { duration } from './findings.ts';
import { sizesFor } from './fleet-population.ts';
import type { Subject } from './subject.ts';

const MOST_RECORDS = 100_000;
const ORDINARY = 21;

/** How long it takes to erase ordinary owners, and one with very many records. */
export async function measureErasures(subject: Subject): Promise<void> {
  const { rows, pool, note } = subject;
  const { people } = sizesFor(rows);
  const times: number[] = [];
  for (let n = 0; n < ORDINARY; n += 1) {
    times.push(await erase(subject, ownerId(Math.floor(((n + Math.random()) * people) / ORDINARY))));
  }
  const { median, max } = spreadOf(times);
  note('an ordinary owner is erased within', `${duration(median)}, at most ${duration(max)}`, '<= 300 ms');

  const records = Math.min(MOST_RECORDS, rows);
  const crowded = `crowded-${Date.now()}`;
  await pool.query(seedStatement(KINDS.patient, `'${crowded}'`), [0, records - 1, records]);
  await whenBuilt(subject);
  note(
    `an owner of ${figure(records)} records is erased within`,
    duration(await erase(subject, ownerId(crowded))),
    '100,000: <= 10 s',
  );
}

async function erase({ service, token }: Subject, person: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(`http://127.0.0.1:${service.port}/dhos/v1/telemetry/erasures`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ person_id: person }),
  });
  const { counts } = (await response.json()) as { counts?: Record<string, number> };
  const took = performance.now() - started;
  if (response.status !== 201 || (counts?.['patient_installations'] ?? 0) === 0) {
    throw new Error(`the erasure gave ${response.status}: ${JSON.stringify(counts)}`);
  }
  return took;
}
