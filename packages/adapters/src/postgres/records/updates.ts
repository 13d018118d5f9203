import type { RecordRef } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import { isLockTimeout, mayBeOneRowsFault } from '../failures.js';
import type { ColumnValue } from '../statements/array-literal.js';
import type { Ask } from '../statements/batch.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import {
  type Comparison,
  compareStatement,
  named,
  newValue,
  type UpdateInput,
  updateStatement,
} from './record-statements.js';
import { type ColumnChanges, type RecordTable, type RowOf, sizeOf } from './record-table.js';

/** A change of one row. */
export interface RowChange<Row> {
  readonly ref: RecordRef<string>;
  /** The named columns. */
  readonly columns: ColumnChanges<Row>;
  readonly at: string;
  readonly by: string;
  /** The expected row as JSON; null for any. */
  readonly expected: string | null;
}

/**
 * Most rows of an update: all of them are in memory together, up to 1 MB each, until the update is known to be stored,
 * however little of them has changed.
 */
const ROWS_AN_UPDATE = 16;

/**
 * Changes rows, each atomically. Returns the row after the change; undefined if nothing changed, because there is no such
 * row, it is not the expected one, or nothing differs. Changes of the same row run one after the other, in the order of
 * their calls.
 *
 * Changes in one statement all wait if another transaction holds one of their rows, and so does everything behind them on
 * the connection: they give up soon and are tried alone. A change that is still blocked then waits on a blocking
 * connection, for as long as a caller is promised.
 */
export function createUpdate<Row extends RowOf<Row>>(
  runner: StatementRunner,
  table: RecordTable<Row>,
): Ask<UpdateInput, Row | undefined> {
  const statement = updateStatement(table, 'update', DEADLINES.rowLockInBatch);
  const patient = updateStatement(table, 'update-patiently', DEADLINES.rowLock);

  async function runAlone(change: UpdateInput, expires: number): Promise<Row | undefined> {
    try {
      return (await run([change], expires))[0];
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return (await runner.runBlocking<UpdateInput, Row>(patient, [change], expires))[0];
    }
  }

  async function run(changes: readonly UpdateInput[], expires: number): Promise<readonly (Row | undefined)[]> {
    // In the order of ids, so that two processes changing the same rows wait for each other, but never deadlock.
    const sorted = changes
      .map((change, place) => ({ change, place }))
      .sort((a, b) => (a.change.id < b.change.id ? -1 : 1));
    const inputs = sorted.map(({ change }) => change);
    const rows = await runner.answers<UpdateInput, Row>(statement, inputs, expires);
    const ordered = new Array<Row | undefined>(changes.length);
    sorted.forEach(({ place }, index) => {
      ordered[place] = rows[index];
    });
    return ordered;
  }

  return runner.batch<UpdateInput, Row | undefined>(statement, {
    run,
    runAlone,
    mayBeOneInputsFault: (error) => mayBeOneRowsFault(error) || isLockTimeout(error),
    exclusive: ({ id }) => id,
    owner: ({ ownerId }) => ownerId,
    size: sizeOfChange(table),
    most: ROWS_AN_UPDATE,
  });
}

/** Finds the target rows of changes, and what prevents each change. */
export function createCompare<Row extends RowOf<Row>>(
  runner: StatementRunner,
  table: RecordTable<Row>,
): Ask<UpdateInput, (Row & Comparison) | undefined> {
  return runner.ask<UpdateInput, Row & Comparison>(compareStatement(table), {
    owner: ({ ownerId }) => ownerId,
    size: sizeOfChange(table),
  });
}

function sizeOfChange<Row>({ changeable }: RecordTable<Row>): (change: UpdateInput) => number {
  const texts = [...changeable.map(newValue), 'expected'];
  return (change) => sizeOf(texts, change);
}

/** Returns the function that makes the statements' inputs of a change: names made for each change would cost more than it. */
export function createInput<Row extends RowOf<Row>>({
  changeable,
  nullable,
}: RecordTable<Row>): (change: RowChange<Row>) => UpdateInput {
  const values = changeable.map((column) => ({ column, name: newValue(column) }));
  const flags = nullable.map((column) => ({ column, name: named(column) }));
  return ({ ref, columns, at, by, expected }) => {
    const input: UpdateInput & Record<string, ColumnValue | undefined> = { ...ref, at, by, expected };
    for (const { column, name } of values) input[name] = columns[column];
    for (const { column, name } of flags) input[name] = columns[column] !== undefined;
    return input;
  };
}
