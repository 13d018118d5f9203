import type { PersonCounts, PersonId } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { RECORD_TABLE_NAMES } from '../tables.js';
import { countInQueries } from './accesses-of-person.js';
import { COUNT_ACCESSES, COUNT_NAMES, COUNT_OWN } from './person-sql.js';

/** Counts what is held on a person, in the caller's transaction. */
export async function countPerson(client: pg.ClientBase, personId: PersonId): Promise<PersonCounts> {
  const row: Record<string, string> = {};
  for (const statement of [COUNT_OWN, COUNT_NAMES, COUNT_ACCESSES]) {
    const { rows } = await client.query<Record<string, string>>(statement, [personId]);
    Object.assign(row, rows[0]);
  }
  const counted = (...names: readonly string[]) => names.reduce((sum, name) => sum + Number(row[name]), 0);
  return {
    patientInstallations: counted('mobile'),
    clinicianInstallations: counted('desktop'),
    bloodGlucoseMeters: counted('blood_glucose_meter'),
    // The present state is one of them.
    revisions: counted(...RECORD_TABLE_NAMES, ...RECORD_TABLE_NAMES.map((name) => `${name}_revision`)),
    retryCopies: counted('retry_copies'),
    namesInOthersRecords: counted('names'),
    accesses: counted('accesses') + (await countInQueries(client, personId)),
  };
}
