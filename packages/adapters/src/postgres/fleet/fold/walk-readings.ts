import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { READINGS_KIND, recountReadings } from '../readings.js';
import { nextPatients } from './next-patients.js';
import { storeNextReadings } from './store-next-readings.js';
import { type StoredReadings, storeReadings } from './store-readings.js';
import { LONGEST_STRETCH_MS, noteProgress, walksUnderWay } from './walks.js';

/** Continues a walk through the readings for a while, if one is under way. */
export async function walkReadingsOn(client: pg.ClientBase): Promise<StoredReadings & { readonly patients: number }> {
  const walk = (await walksUnderWay(client)).find(({ kind }) => kind === READINGS_KIND);
  const total = { patients: 0, readings: 0, parked: 0 };
  if (!walk?.isReady) return total;
  const end = performance.now() + LONGEST_STRETCH_MS;
  let { walkedTo } = walk;
  let isAtEnd = false;
  while (!isAtEnd && performance.now() < end) {
    const stored = walk.isBuilt || isDistributed(client) ? undefined : await storeNextReadings(client, walkedTo);
    if (stored !== undefined) {
      isAtEnd = stored.end === null;
      walkedTo = stored.end ?? walkedTo;
      total.readings += stored.readings;
      continue;
    }
    const next = await nextPatients(client, walkedTo);
    isAtEnd = next.length === 0;
    const { readings, parked } = await storeReadings(
      client,
      next.map(({ patient }) => patient),
    );
    walkedTo = next.at(-1)?.beginning ?? walkedTo;
    total.patients += next.length;
    total.readings += readings;
    total.parked += parked;
  }
  await noteProgress(client, { kind: READINGS_KIND, walkedTo }, total.readings, isAtEnd);
  if (isAtEnd && !walk.isBuilt) await recountReadings(client);
  return total;
}
