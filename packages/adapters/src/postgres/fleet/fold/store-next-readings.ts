import type pg from 'pg';
import { PATIENT_BEGINNING, READING_COLUMNS, READINGS_KIND, readingsOf } from '../readings.js';

/** How many records to store at once … */
const RECORDS_AT_ONCE = 5_000;
/** … besides the rest of the last patient's, of which there may be this many. */
const MOST_MORE = 15_000;

/** Part of a first build of the readings. */
export interface NextReadings {
  /** What the indexes hold of the last patient's id; null: no patient was left. */
  readonly end: string | null;
  readonly readings: number;
}

/**
 * Stores the readings of the next patients, in the order of their ids, without comparing them to what is stored: before
 * the first build ends, that is little, and nothing has been summed.
 *
 * @param walkedTo what the indexes hold of the patient before; null: begin with the first one
 * @returns undefined if one of them has too many readings for that
 */
export async function storeNextReadings(
  client: pg.ClientBase,
  walkedTo: string | null,
): Promise<NextReadings | undefined> {
  const beyond = walkedTo === null ? '$1::text is null' : `${PATIENT_BEGINNING} > $1::text`;
  const { rows } = await client.query<{ end: string | null; more: number }>(
    `select beginning as end, (select count(*)::integer from (
                                 select from ${READINGS_KIND} where ${PATIENT_BEGINNING} = last.beginning limit ${MOST_MORE + 1}) as few) as more
       from (select max(beginning) as beginning from (
               select ${PATIENT_BEGINNING} as beginning from ${READINGS_KIND} where ${beyond} order by 1 limit ${RECORDS_AT_ONCE}) as next
            ) as last`,
    [walkedTo],
  );
  const { end = null, more = 0 } = rows[0] ?? {};
  if (more > MOST_MORE) return undefined;
  // One condition for both cases would make the index read on to its end.
  const isNext = `${beyond} and ${end === null ? '$2::text is null' : `${PATIENT_BEGINNING} <= $2::text`}`;
  // A patient with a note may have been stored before the walk got there.
  await client.query(`delete from fleet_reading where ${isNext}`, [walkedTo, end]);
  const { rowCount } = await client.query(
    `insert into fleet_reading (${READING_COLUMNS.join()})
       ${readingsOf(`(select * from ${READINGS_KIND} where ${isNext} and is_bg_value_correct is not null offset 0) as m`)}`,
    [walkedTo, end],
  );
  return { end, readings: rowCount ?? 0 };
}
