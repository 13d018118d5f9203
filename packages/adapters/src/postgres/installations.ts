import type { Device, Installation, InstallationFields, InstallationRepository } from '@polaris-telemetry/domain';
import { createFindLatest } from './records/find-latest.js';
import type { RowOf } from './records/record-table.js';
import { type RecordMapping, records } from './records/records.js';
import type { StatementRunner } from './statements/statement-runner.js';

/**
 * What the two repositories of installations share.
 *
 * @param date the column of the instant of first use
 */
export function installations<
  Row extends RowOf<Row> & { readonly created: string; readonly app_version: string },
  D extends Device,
>(
  runner: StatementRunner,
  mapping: RecordMapping<Row, Installation<D>, InstallationFields<D>>,
  date: keyof Row & string,
): InstallationRepository<D> {
  const latest = createFindLatest(runner, mapping.table, date);
  return {
    ...records(runner, mapping),
    async findLatest(ownerId) {
      const row = await latest(ownerId);
      return row && mapping.toEntity(row);
    },
  };
}
