import type { RecordRef } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
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
  const owner = ({ ownerId }: Owner) => ownerId;
  const byIndex = runner.ask<Owner, Row>(latestStatement(table, date, { exactly: false }), { owner });
  const exactly = runner.ask<Owner, Row>(latestStatement(table, date, { exactly: true }), { owner });

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
  // Within one instant and one beginning, so only rows that tie on both are sorted.
  const wholeVersion = exactly ? sql`stored.app_version collate "C" desc,` : sql``;
  const latestOf = (owner: RawBuilder<unknown>) => sql`
    from ${sql.table(table.name)} as stored
    where stored.${sql.ref(table.owner)} = ${owner}
    order by stored.${sql.ref(date)} desc, left(stored.app_version, ${sql.lit(INDEXED)}) collate "C" desc, ${wholeVersion}
      stored.created desc, stored.uuid collate "C" desc
    limit 1`;
  return statement(
    name,
    { repeatable: true },
    { ownerId: 'text' },
    (inputs) => sql`
      select wanted.n, ${readableColumns(table, 'stored')}
      from ${inputs('wanted')} cross join lateral (select * ${latestOf(sql.ref('wanted.ownerId'))}) as stored`,
    {
      write: (value) =>
        sql`select ${value('n')} as n, ${readableColumns(table, 'stored')} ${latestOf(value('ownerId'))}`,
    },
  );
}
