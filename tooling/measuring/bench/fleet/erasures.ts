import { KINDS } from '../../kit/kinds.ts';
import { ownerId, seedStatement } from '../../kit/population.ts';
import { figure } from '../../kit/text.ts';
import { whenBuilt } from './build.ts';
import { duration, durations } from './findings.ts';
import { sizesFor } from './fleet-population.ts';
import { request, type Subject } from './subject.ts';

const MOST_RECORDS = 100_000;
const ORDINARY = 21;

/** Measures how long it takes to erase ordinary owners, and one with very many records. */
export async function measureErasures(subject: Subject): Promise<void> {
  const { rows, service, note } = subject;
  const { people } = sizesFor(rows);
  const times: number[] = [];
  for (let n = 0; n < ORDINARY; n += 1) {
    // Whole bounds: two neighbours never draw the same person, of whom nothing would be left to erase.
    const [from = 0, to = 0] = [n, n + 1].map((each) => Math.floor((each * people) / ORDINARY));
    times.push(await erase(subject, ownerId(from + Math.floor(Math.random() * (to - from)))));
  }
  note('an ordinary owner is erased within', durations(times), '<= 300 ms');

  const records = Math.min(MOST_RECORDS, rows);
  const crowded = `crowded-${Date.now()}`;
  await service.pool.query(seedStatement(KINDS.patient, `'${crowded}'`), [0, records - 1, records]);
  await whenBuilt(subject);
  const took = await erase(subject, ownerId(crowded));
  note(`an owner of ${figure(records)} records is erased within`, duration(took), '100,000: <= 10 s');
}

async function erase(subject: Subject, person: string): Promise<number> {
  const { json, took } = await request(subject, 'erasures', { method: 'POST', body: { person_id: person } });
  if (!(json.counts?.patient_installations > 0)) throw new Error(`nothing was erased: ${JSON.stringify(json)}`);
  return took;
}
