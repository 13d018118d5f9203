import type { RecordRef } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { DEADLINES } from '../deadlines.js';
import { type Statement, statement } from '../statements/statement.js';
import type { StatementRunner } from '../statements/statement-runner.js';
import { INDEXED } from './indexed-text.js';
import { type RecordTable, readableColumns } from './record-table.js';

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
    return latest && latest.app_version.length >= INDEXED ? exactly({ ownerId }, expires) : latest;
  };
}

/**
 * Returns each owner's first row in the order of the table's index, with `n`, the number (from 1) of the owner. The index
 * holds only the beginning of `app_version`; if the first version is longer, the caller must ask again with `exactly`.
 */
function latestStatement<Row>(
  table: RecordTable<Row>,
  date: keyof Row & string,
  { exactly }: { readonly exactly: boolean },
): Statement<Owner> {
  const name = `${table.name}.latest${exactly ? '-exactly' : ''}`;
  return statement(name, { repeatable: true }, { ownerId: 'text' }, (inputs) => {
    // Within one instant and one beginning, so only rows that tie on both are sorted.
    const wholeVersion = exactly ? sql`app_version collate "C" desc,` : sql``;
    return sql`
      select wanted.n, ${readableColumns(table, 'stored')}
      from ${inputs('wanted')} cross join lateral (
        select * from ${sql.table(table.name)}
        where ${sql.ref(table.owner)} = wanted."ownerId"
        order by ${sql.ref(date)} desc, left(app_version, ${sql.lit(INDEXED)}) collate "C" desc, ${wholeVersion}
          created desc, uuid collate "C" desc
        limit 1
      ) as stored`;
  });
}
