import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { PATIENT_BEGINNING, READINGS_KIND } from '../readings.js';
import { type NextPatient, nextPatientsAcrossNodes } from './across-nodes/next-patients.js';

/** How many patients are looked up at once, those with equal beginnings as one. */
const PATIENTS_AT_ONCE = 1_000;

/** Returns the next patients who have meters or stored readings, in the order of these beginnings. */
export async function nextPatients(client: pg.ClientBase, walkedTo: string | null): Promise<readonly NextPatient[]> {
  if (isDistributed(client)) return nextPatientsAcrossNodes(client, walkedTo, PATIENTS_AT_ONCE);
  const beyond = walkedTo === null ? '$1::text is null' : `${PATIENT_BEGINNING} > $1::text`;
  const next = (table: string) =>
    `(select distinct ${PATIENT_BEGINNING} as beginning from ${table} where ${beyond} order by 1 limit ${PATIENTS_AT_ONCE})`;
  const whole = (table: string) => `select patient_id from ${table} where ${PATIENT_BEGINNING} = next.beginning`;
  const { rows } = await client.query<NextPatient>(
    `select beginning, patient from (
       select beginning from (${next(READINGS_KIND)} union ${next('fleet_reading')}) as either
        order by beginning limit ${PATIENTS_AT_ONCE}
     ) as next cross join lateral (${whole(READINGS_KIND)} union ${whole('fleet_reading')} offset 0) as theirs (patient)
     order by beginning`,
    [walkedTo],
  );
  return rows;
}
