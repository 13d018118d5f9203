import { createHash } from 'node:crypto';
import type { Retry } from '@polaris-telemetry/domain';
import { mayBeOneRowsFault } from '../failures.js';
import { arrayLiteral } from '../statements/array-literal.js';
import { CALL_LIMIT_MS } from '../statements/gather.js';
import { byNumber } from '../statements/numbered.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { type AddOnceRow, type AddOnceValues, addOnceStatement } from './add-once-statement.js';
import type { RecordTable, RowOf } from './record-table.js';

/** What came of adding a row under a retry key. */
export type AddedOnce<Row> = 'added' | 'conflict' | 'in-progress' | { readonly replayed: Row };

interface Addition {
  /** SHA-256 over kind, owner and key: no length of these can exceed what an index entry may have. */
  readonly id: Buffer;
  readonly owner: string;
  readonly fingerprint: Buffer;
  /** The row as JSON. */
  readonly snapshot: string;
  readonly created: string;
}

/** Adds rows, at most once for each retry key. */
export function addsOnce<Row extends RowOf<Row> & { readonly created: string }>(
  runner: StatementRunner,
  table: RecordTable<Row>,
): (row: Row, retry: Retry) => Promise<AddedOnce<Row>> {
  const statement = addOnceStatement(table);
  const ask = runner.gather<Addition, AddOnceRow | undefined>(statement, {
    async run(additions, expires) {
      const rows = await runner.run<AddOnceRow, AddOnceValues>(statement, values(additions), expires);
      return byNumber(additions.length, rows);
    },
    mayBeOneInputsFault: mayBeOneRowsFault,
    exclusive: ({ id }) => id.toString('latin1'),
    size: ({ snapshot }) => snapshot.length,
  });

  return async (row, retry) => {
    const owner = String(row[table.owner]);
    const addition = {
      id: sha256(JSON.stringify([table.name, owner, retry.key])),
      owner,
      fingerprint: sha256(retry.fingerprint),
      snapshot: JSON.stringify(row),
      created: row.created,
    };
    const expires = performance.now() + CALL_LIMIT_MS;
    for (let answer = await ask(addition); ; answer = await ask(addition, expires)) {
      if (answer === undefined) throw new Error(`${statement.name} gave no answer`);
      if (answer.added) return 'added';
      if (answer.same === true) return { replayed: answer.snapshot as Row };
      if (answer.same === false) return 'conflict';
      if (!answer.locked) return 'in-progress';
      // Another request ended while this statement began: now it can be seen.
    }
  };
}

function values(additions: readonly Addition[]): AddOnceValues {
  return {
    ids: arrayLiteral(additions.map(({ id }) => id.toString('hex'))),
    locks: arrayLiteral(additions.map(({ id }) => String(id.readBigInt64BE()))),
    owners: arrayLiteral(additions.map(({ owner }) => owner)),
    fingerprints: arrayLiteral(additions.map(({ fingerprint }) => fingerprint.toString('hex'))),
    snapshots: arrayLiteral(additions.map(({ snapshot }) => snapshot)),
    created: arrayLiteral(additions.map(({ created }) => created)),
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
