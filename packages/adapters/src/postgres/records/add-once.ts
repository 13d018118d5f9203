import { createHash } from 'node:crypto';
import type { Retry } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { type AddOnceInput, type AddOnceRow, addOnceStatement } from './add-once-statement.js';
import type { RecordTable, RowOf } from './record-table.js';

/** The outcome of adding a row under a retry key. */
export type AddedOnce<Row> = 'added' | 'conflict' | 'in-progress' | { readonly replayed: Row };

/** Adds rows, at most once for each retry key. */
export function createAddOnce<Row extends RowOf<Row> & { readonly created: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
): (row: Row, retry: Retry) => Promise<AddedOnce<Row>> {
  const statement = addOnceStatement(table);
  const ask = runner.ask<AddOnceInput, AddOnceRow>(statement, {
    exclusive: ({ id }) => id,
    owner: ({ owner }) => owner,
    size: ({ snapshot }) => snapshot.length,
  });

  return async (row, retry) => {
    const owner = String(row[table.owner]);
    // A hash over kind, owner and key, because their lengths could exceed the limit of an index entry.
    const id = sha256(JSON.stringify([table.name, owner, retry.key]));
    const addition = {
      id: id.toString('hex'),
      lock: String(id.readBigInt64BE()),
      owner,
      fingerprint: sha256(retry.fingerprint).toString('hex'),
      values: retry.valuesFingerprint === undefined ? null : sha256(retry.valuesFingerprint).toString('hex'),
      snapshot: JSON.stringify(row),
      created: row.created,
    };
    const expires = performance.now() + DEADLINES.record.call;
    for (let answer = await ask(addition); ; answer = await ask(addition, expires)) {
      if (answer === undefined) throw new Error(`${statement.name} returned no answer`);
      if (answer.added) return 'added';
      if (answer.same === true) return { replayed: answer.snapshot as Row };
      if (answer.same === false) return 'conflict';
      if (!answer.locked) return 'in-progress';
      // Another request ended while this statement began: now it is visible.
    }
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
