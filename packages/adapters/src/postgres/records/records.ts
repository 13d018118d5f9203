import type { AddOutcome, Change, RecordRef, Retry, UpdateOutcome } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { createAddOnce } from './add-once.js';
import { findStatement, insertStatement } from './record-statements.js';
import { type ColumnChanges, columnNames, type RecordTable, type RowOf, sizeOf } from './record-table.js';
import { timestampText } from './timestamp-text.js';
import { createCompare, createInput, createUpdate } from './updates.js';

/** How one kind of record is stored in its table. */
export interface RecordMapping<Row, Entity, Fields> {
  readonly table: RecordTable<Row>;
  toRow(entity: Entity): Row;
  toEntity(row: Row): Entity;
  /** The columns that a change names. */
  toColumns(fields: Fields): ColumnChanges<Row>;
}

/** What all repositories of records have in common. */
export interface Records<Entity, Owner, Fields> {
  add(entity: Entity, retry?: Retry): Promise<AddOutcome<Entity>>;
  find(ref: RecordRef<Owner>): Promise<Entity | undefined>;
  update(ref: RecordRef<Owner>, change: Change<Fields>, expected?: Entity): Promise<UpdateOutcome<Entity>>;
}

/** How often to retry a change whose row differs each time: others would have to change it in between as often. */
const MOST_ATTEMPTS = 10;

/** A change has no effect, although the row differs from it and nothing else prevents it. */
export class ChangeSuppressedError extends Error {
  override readonly name = 'ChangeSuppressedError';
}

export function records<Row extends RowOf<Row> & { readonly created: string }, Entity, Owner extends string, Fields>(
  runner: StatementRunner,
  { table, toRow, toEntity, toColumns }: RecordMapping<Row, Entity, Fields>,
): Records<Entity, Owner, Fields> {
  const columns = columnNames(table);
  const insert = runner.ask<Row, never>(insertStatement(table), {
    owner: (row) => String(row[table.owner]),
    size: (row) => sizeOf(columns, row),
  });
  const addOnce = createAddOnce(runner, table);
  const findRow = runner.ask<RecordRef<string>, Row>(findStatement(table), { owner: ({ ownerId }) => ownerId });
  const inputOf = createInput(table);
  const updateRow = createUpdate(runner, table);
  const compareRow = createCompare(runner, table);

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
      const expectedRow = expected === undefined ? null : JSON.stringify(toRow(expected));
      const details = { at: timestampText(at), by, expected: expectedRow };
      const change = inputOf({ ref, columns: toColumns(fields), ...details });
      const expires = performance.now() + DEADLINES.record.call;
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const changed = await updateRow(change, attempt === 1 ? undefined : expires);
        if (changed !== undefined) return { outcome: 'updated', record: toEntity(changed) };
        const row = await compareRow(change, expires);
        if (row === undefined) return { outcome: 'missing' };
        if (!row.is_expected) return { outcome: 'stale' };
        if (!row.is_different) return { outcome: 'unchanged', record: toEntity(row) };
        // Another session changed the row between the two statements: now there is something to change.
      }
      throw new ChangeSuppressedError(
        `the database does not carry out a change of ${table.name}: does a trigger suppress it?`,
      );
    },
  };
}
