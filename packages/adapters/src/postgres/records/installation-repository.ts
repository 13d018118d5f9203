import type { Device, Installation, InstallationFields, InstallationRepository } from '@polaris-telemetry/domain';
import type { StatementRunner } from '../statements/statement-runner.js';
import { createFindLatest } from './find-latest.js';
import type { RowOf } from './record-table.js';
import { type RecordMapping, records } from './records.js';

/** How the installations of one kind of device are stored. */
export interface InstallationMapping<Row, D extends Device>
  extends RecordMapping<Row, Installation<D>, InstallationFields<D>> {
  /** The column of the instant of first use. */
  readonly firstUsed: keyof Row & string;
}

export function installationRepository<
  Row extends RowOf<Row> & { readonly created: string; readonly app_version: string },
  D extends Device,
>(runner: StatementRunner, mapping: InstallationMapping<Row, D>): InstallationRepository<D> {
  const latest = createFindLatest(runner, mapping.table, mapping.firstUsed);
  return {
    ...records(runner, mapping),
    async findLatest(ownerId) {
      const row = await latest(ownerId);
      return row && mapping.toEntity(row);
    },
  };
}
