import { mayBeOneRowsFault } from '../failures.js';
import type { Ask } from '../statements/gather.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { insertStatement } from './record-statements.js';
import { columnNames, type RecordTable, type RowOf, sizeOf } from './record-table.js';

/** Inserts rows. */
export function inserts<Row extends RowOf<Row>>(runner: StatementRunner, table: RecordTable<Row>): Ask<Row, void> {
  const statement = insertStatement(table);
  const columns = columnNames(table);
  return runner.gather<Row, void>(statement, {
    async run(rows, expires) {
      await runner.run(statement, rows, expires);
      return [];
    },
    mayBeOneInputsFault: mayBeOneRowsFault,
    size: (row) => sizeOf(columns, row),
  });
}
