import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { isPatients, READINGS_KIND } from '../readings.js';
import { measureReadings } from './across-nodes/read-readings.js';
import { divide } from './divide.js';
import { READ_LIMITS } from './read-limits.js';

/** How many readings one statement compares, unless a single patient has more. */
const MOST_AT_ONCE = 20_000;
/** The stored readings of a patient with more stay as they are: comparing them would outlast a statement of the fold. */
export const MOST_OF_ONE = 1_000_000;

/** Patients who have readings, stored or not, divided into batches to compare at once. */
export interface ReadingBatches {
  readonly batches: readonly (readonly string[])[];
  /** How many readings they have. */
  readonly readings: number;
  /** Patients with too much data to compare; none of the batches has them. */
  readonly tooLarge: readonly string[];
}

export async function readingBatches(client: pg.ClientBase, patients: readonly string[]): Promise<ReadingBatches> {
  const sizes = patients.length === 0 ? [] : await sizesOf(client, [...new Set(patients)]);
  const comparable = sizes.filter((size) => !isTooLarge(size));
  const batches = divide(comparable, ({ most, cost }) => [most, cost], [MOST_AT_ONCE, READ_LIMITS.together]);
  return {
    batches: batches.map(patientsOf),
    readings: comparable.reduce((sum, { most }) => sum + most, 0),
    tooLarge: patientsOf(sizes.filter(isTooLarge)),
  };
}

function patientsOf(sizes: readonly Size[]): readonly string[] {
  return sizes.map(({ patient }) => patient);
}

interface Size {
  readonly patient: string;
  /** How many readings there are by the records or stored, whichever are more. */
  readonly most: number;
  /** What it costs to read those by the records, in bytes; 0 where they need not be read to be compared. */
  readonly cost: number;
}

/** Where Citus distributes the records. */
interface SizeAcrossNodes extends Size {
  /** How many readings there are by the records. */
  readonly recorded: number;
  readonly stored: number;
}

/** Whether a patient has too much data to compare. */
export function isTooLarge({ most, cost }: Pick<Size, 'most' | 'cost'>): boolean {
  return most > MOST_OF_ONE || cost > READ_LIMITS.cost;
}

/** The patients who have readings. */
async function sizesOf(client: pg.ClientBase, patients: readonly string[]): Promise<readonly Size[]> {
  if (isDistributed(client)) return sizesAcrossNodes(client, patients);
  const recorded = counted(READINGS_KIND, 'and r.is_bg_value_correct is not null');
  const { rows } = await client.query<{ patient: string; most: number }>(
    `select patient, most::integer from (
       select patient, greatest(${recorded}, ${STORED}) as most
         from unnest($1::varchar[]) as wanted (patient) offset 0
     ) as sized where most > 0`,
    [patients],
  );
  return rows.map((row) => ({ ...row, cost: 0 }));
}

/** The patients who have readings, where Citus distributes the records. */
export async function sizesAcrossNodes(
  client: pg.ClientBase,
  patients: readonly string[],
): Promise<readonly SizeAcrossNodes[]> {
  const byRecords = new Map((await measureReadings(client, patients)).map((size) => [size.patient, size]));
  const { rows } = await client.query<{ patient: string; stored: number }>(
    `select patient, ${STORED}::integer as stored from unnest($1::varchar[]) as wanted (patient)`,
    [patients],
  );
  return rows.flatMap(({ patient, stored }) => {
    const { readings: recorded = 0, cost = 0 } = byRecords.get(patient) ?? {};
    const most = Math.max(recorded, stored);
    return most > 0 ? [{ patient, recorded, stored, most, cost }] : [];
  });
}

function counted(table: string, condition: string): string {
  return `(select count(*) from (select from ${table} as r where ${isPatients('r', 'wanted.patient')} ${condition} limit ${MOST_OF_ONE + 1}) as few)`;
}

const STORED = counted('fleet_reading', '');
