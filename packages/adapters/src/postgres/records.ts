import type { AddOutcome, Change, RecordRef, Retry, UpdateOutcome } from '@polaris-telemetry/domain';
import { addsOnce } from './add-once.js';
import { inserts } from './inserts.js';
import { finds } from './lookups.js';
import type { ColumnChanges, RecordTable, RowOf } from './record-table.js';
import type { StatementRunner } from './statement-runner.js';
import { timestampText } from './timestamp-text.js';
import { updates } from './updates.js';

/** How one kind of record is kept in its table. */
export interface RecordMapping<Row, Entity, Fields> {
  readonly table: RecordTable<Row>;
  toRow(entity: Entity): Row;
  toEntity(row: Row): Entity;
  /** The columns that a change names. */
  toColumns(fields: Fields): ColumnChanges<Row>;
}

/** What all repositories of records do. */
export interface Records<Entity, Owner, Fields> {
  add(entity: Entity, retry?: Retry): Promise<AddOutcome<Entity>>;
  find(ref: RecordRef<Owner>): Promise<Entity | undefined>;
  update(ref: RecordRef<Owner>, change: Change<Fields>, expected?: Entity): Promise<UpdateOutcome<Entity>>;
}

export function records<Row extends RowOf<Row> & { readonly created: string }, Entity, Owner extends string, Fields>(
  runner: StatementRunner,
  { table, toRow, toEntity, toColumns }: RecordMapping<Row, Entity, Fields>,
): Records<Entity, Owner, Fields> {
  const insert = inserts(runner, table);
  const addOnce = addsOnce(runner, table);
  const findRow = finds(runner, table);
  const updateRow = updates(runner, table);

  return {
    async add(entity, retry) {
      if (retry === undefined) {
        await insert(toRow(entity));
        return { outcome: 'added', record: entity };
      }
      const outcome = await addOnce(toRow(entity), retry);
      if (outcome === 'added') return { outcome, record: entity };
      return typeof outcome === 'string' ? { outcome } : { outcome: 'replayed', record: toEntity(outcome.replayed) };
    },

    async find(ref) {
      const row = await findRow(ref);
      return row && toEntity(row);
    },

    async update(ref, { fields, at, by }, expected) {
      const row = await updateRow({
        ref,
        columns: toColumns(fields),
        at: timestampText(at),
        by,
        expected: expected === undefined ? null : JSON.stringify(toRow(expected)),
      });
      if (row === undefined) return { outcome: 'missing' };
      return row.result === 'stale' ? { outcome: row.result } : { outcome: row.result, record: toEntity(row) };
    },
  };
}
