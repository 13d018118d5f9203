import type { Retry } from '@polaris-telemetry/domain';
import { type AddOnceRow, type AddOnceValues, addOnceStatement, retryId, sha256 } from './add-once-statement.js';
import { CALL_LIMIT_MS } from './gather.js';
import type { RecordTable, RowOf } from './record-table.js';
import type { StatementRunner } from './statement-runner.js';

/** What came of adding a row under a retry key. */
export type AddedOnce<Row> = 'added' | 'conflict' | 'in-progress' | { readonly replayed: Row };

interface Addition<Row> {
  readonly row: Row;
  readonly retry: Retry;
}

/** Each has a statement of its own, and they do not block one another. */
const STATEMENTS_AT_ONCE = 8;

/** Adds rows, at most once for each retry key. */
export function addsOnce<Row extends RowOf<Row> & { readonly created: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
): (row: Row, retry: Retry) => Promise<AddedOnce<Row>> {
  const statement = addOnceStatement(table);
  const ask = runner.gather<Addition<Row>, AddOnceRow>(statement, {
    run: (additions, expires) =>
      Promise.all(
        additions.map(async (addition) => {
          const [answer] = await runner.run<AddOnceRow, AddOnceValues>(statement, values(table, addition), expires);
          if (answer === undefined) throw new Error(`${statement.name} gave no row`);
          return answer;
        }),
      ),
    rowsAStatement: 1,
    statementsAtOnce: STATEMENTS_AT_ONCE,
  });

  return async (row, retry) => {
    const expires = performance.now() + CALL_LIMIT_MS;
    for (;;) {
      const { added, same, locked, snapshot } = await ask({ row, retry }, expires);
      if (added) return 'added';
      if (same === true) return { replayed: snapshot as Row };
      if (same === false) return 'conflict';
      if (!locked) return 'in-progress';
      // The first request ended while this statement began: now it can be seen.
    }
  };
}

function values<Row extends RowOf<Row> & { readonly created: string }>(
  table: RecordTable<Row>,
  { row, retry }: Addition<Row>,
): AddOnceValues {
  const owner = String(row[table.owner]);
  return {
    ...retryId(table.name, owner, retry),
    kind: table.name,
    owner,
    fingerprint: sha256(retry.fingerprint),
    snapshot: JSON.stringify(row),
    created: row.created,
  };
}
