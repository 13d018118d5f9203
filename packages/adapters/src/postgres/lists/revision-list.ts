import { InvalidPlaceError, isFirstState, type Revision, type RevisionQueries } from '@polaris-telemetry/domain';
import type { Reads } from '../reads/reads.js';
import type { RecordMapping } from '../records/records.js';
import { instantOf } from '../records/timestamp-text.js';
import { type Dated, type StateRow, statesQuery } from './states-query.js';

/** Lists the revisions of one kind of record. A place is the number of a state in its table. */
export function revisionQueries<Row extends Dated, Entity, Owner extends string>(
  reads: Reads,
  { table, toEntity }: Pick<RecordMapping<Row, Entity, never>, 'table' | 'toEntity'>,
): RevisionQueries<Owner, Entity> {
  const states = statesQuery(table);
  return {
    async listRevisions({ ownerId, id }, { limit, after }) {
      const before = after === undefined ? LAST_PLACE : parsePlace(after);
      return reads.run(`${table.name}.revisions`, async ({ db, asOf }) => {
        // One more than requested: the state before the last one.
        const rows = await states(db, { ownerId, id, before, limit: limit + 1 });
        const [first] = rows;
        if (first === undefined) return undefined;
        const results = revisionsOf(rows, toEntity).slice(0, limit);
        const oldest = { created: instantOf(first.oldest_created), modified: instantOf(first.oldest_modified) };
        return { results, more: (results.at(-1)?.number ?? 1) > 1, asOf, complete: isFirstState(oldest) };
      });
    },
  };
}

/** Above every number of a state. */
const LAST_PLACE = 2 ** 32;

function parsePlace(text: string): number {
  const place = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(place < LAST_PLACE)) throw new InvalidPlaceError('this place does not belong to the list');
  return place;
}

/** @param rows newest first; the last one only provides the previous state, unless it is the oldest known */
function revisionsOf<Row, Entity>(
  rows: readonly StateRow<Row>[],
  toEntity: (row: Row) => Entity,
): readonly Revision<Entity>[] {
  const records = rows.map((row) => (row.position === null ? undefined : toEntity(row)));
  return rows.flatMap(({ position, oldest_position }, index) => {
    const [record, previous] = [records[index], records[index + 1]];
    if (position === null || record === undefined) return [];
    const number = position - oldest_position + 1;
    return previous === undefined && number > 1 ? [] : [{ number, place: String(position), record, previous }];
  });
}
