import type { RecordRef } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import { mayBeOneRowsFault } from '../failures.js';
import type { Ask } from '../statements/gather.js';
import { byNumber, type Numbered } from '../statements/numbered.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { findStatement, latestStatement } from './record-statements.js';
import type { RecordTable } from './record-table.js';

/** Finds rows by owner and id. */
export function finds<Row>(runner: StatementRunner, table: RecordTable<Row>): Ask<RecordRef<string>, Row | undefined> {
  const statement = findStatement(table);
  return runner.gather<RecordRef<string>, Row | undefined>(statement, {
    async run(refs, expires) {
      return byNumber(refs.length, await runner.run<RecordRef<string>, Row & Numbered>(statement, refs, expires));
    },
    mayBeOneInputsFault: mayBeOneRowsFault,
  });
}

/** The index knows so many characters of a version (see `latestStatement`). */
const INDEXED_CHARACTERS = 64;

type Owner = Pick<RecordRef<string>, 'ownerId'>;

/** Finds the latest row of an owner. */
export function latests<Row extends { readonly app_version: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
  date: keyof Row & string,
): (ownerId: string) => Promise<Row | undefined> {
  const [byIndex, exactly] = [askLatest(false), askLatest(true)];

  function askLatest(isExact: boolean): Ask<Owner, Row | undefined> {
    const statement = latestStatement(table, date, { exactly: isExact });
    return runner.gather<Owner, Row | undefined>(statement, {
      async run(owners, expires) {
        return byNumber(owners.length, await runner.run<Owner, Row & Numbered>(statement, owners, expires));
      },
    });
  }

  return async (ownerId) => {
    const expires = performance.now() + DEADLINES.record.call;
    const latest = await byIndex({ ownerId });
    return latest && latest.app_version.length >= INDEXED_CHARACTERS ? exactly({ ownerId }, expires) : latest;
  };
}
