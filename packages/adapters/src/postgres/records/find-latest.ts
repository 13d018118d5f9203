import type { RecordRef } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { latestStatement } from './record-statements.js';
import type { RecordTable } from './record-table.js';

/** The index holds this many characters of a version (see `latestStatement`). */
const INDEXED_CHARACTERS = 64;

type Owner = Pick<RecordRef<string>, 'ownerId'>;

/** Finds the latest row of an owner. */
export function createFindLatest<Row extends { readonly app_version: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
  date: keyof Row & string,
): (ownerId: string) => Promise<Row | undefined> {
  const byIndex = runner.ask<Owner, Row>(latestStatement(table, date, { exactly: false }));
  const exactly = runner.ask<Owner, Row>(latestStatement(table, date, { exactly: true }));

  return async (ownerId) => {
    const expires = performance.now() + DEADLINES.record.call;
    const latest = await byIndex({ ownerId });
    return latest && latest.app_version.length >= INDEXED_CHARACTERS ? exactly({ ownerId }, expires) : latest;
  };
}
