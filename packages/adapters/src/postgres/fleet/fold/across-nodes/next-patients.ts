import type pg from 'pg';
import { INDEXED } from '../../../records/indexed-text.js';
import { PATIENT_BEGINNING, READINGS_KIND } from '../../readings.js';

export interface NextPatient {
  readonly patient: string;
  /** What the indexes hold of the id. */
  readonly beginning: string;
}

/** As `nextPatients`. Citus lets no statement read both: only the records are on its nodes. */
export async function nextPatientsAcrossNodes(
  client: pg.ClientBase,
  walkedTo: string | null,
  most: number,
): Promise<readonly NextPatient[]> {
  const recorded = await client.query<{ beginning: string }>(nextIn(READINGS_KIND), [walkedTo, most]);
  const next = await client.query<{ beginning: string }>(
    `select beginning from (select unnest($3::text[]) as beginning union (${nextIn('fleet_reading')})) as either
      order by beginning limit $2`,
    [walkedTo, most, recorded.rows.map(({ beginning }) => beginning)],
  );
  const beginnings = next.rows.map(({ beginning }) => beginning);
  const meters = await client.query<{ patient: string }>(
    `select distinct patient_id as patient from ${READINGS_KIND} where ${PATIENT_BEGINNING} = any ($1::text[])`,
    [beginnings],
  );
  const { rows } = await client.query<NextPatient>(
    `select patient, left(patient, ${INDEXED}) as beginning from (
       select unnest($2::varchar[]) as patient
       union
       select patient_id from fleet_reading where ${PATIENT_BEGINNING} = any ($1::text[])
     ) as theirs order by beginning`,
    [beginnings, meters.rows.map(({ patient }) => patient)],
  );
  return rows;
}

function nextIn(table: string): string {
  return `select distinct ${PATIENT_BEGINNING} as beginning from ${table}
           where $1::text is null or ${PATIENT_BEGINNING} > $1 order by 1 limit $2`;
}
