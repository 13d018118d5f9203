import type { RecordRef } from '@polaris-telemetry/domain';
import { mayBeOneRowsFault } from '../failures.js';
import { arrayLiteral } from '../statements/array-literal.js';
import { type Ask, CALL_LIMIT_MS } from '../statements/gather.js';
import { byNumber, type Numbered } from '../statements/numbered.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { findStatement, latestStatement } from './record-statements.js';
import type { RecordTable } from './record-table.js';

/** Finds rows by owner and id. */
export function finds<Row>(runner: StatementRunner, table: RecordTable<Row>): Ask<RecordRef<string>, Row | undefined> {
  const statement = findStatement(table);
  return runner.gather<RecordRef<string>, Row | undefined>(statement, {
    async run(refs, expires) {
      const owners = arrayLiteral(refs.map(({ ownerId }) => ownerId));
      const ids = arrayLiteral(refs.map(({ id }) => id));
      return byNumber(refs.length, await runner.run<Row & Numbered, unknown>(statement, { owners, ids }, expires));
    },
    mayBeOneInputsFault: mayBeOneRowsFault,
  });
}

/** The index knows so many characters of a version (see `latestStatement`). */
const INDEXED_CHARACTERS = 64;

/** Finds the latest row of an owner. */
export function latests<Row extends { readonly app_version: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
  date: keyof Row & string,
): (owner: string) => Promise<Row | undefined> {
  const [byIndex, exactly] = [askLatest(false), askLatest(true)];

  function askLatest(isExact: boolean): Ask<string, Row | undefined> {
    const statement = latestStatement(table, date, { exactly: isExact });
    return runner.gather<string, Row | undefined>(statement, {
      async run(owners, expires) {
        const values = { owners: arrayLiteral(owners) };
        return byNumber(owners.length, await runner.run<Row & Numbered, unknown>(statement, values, expires));
      },
    });
  }

  return async (owner) => {
    const expires = performance.now() + CALL_LIMIT_MS;
    const latest = await byIndex(owner);
    return latest && latest.app_version.length >= INDEXED_CHARACTERS ? exactly(owner, expires) : latest;
  };
}
