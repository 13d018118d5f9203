import type { Device, Installation, InstallationQueries } from '@polaris-telemetry/domain';
import type { Reads } from '../reads/reads.js';
import type { RecordMapping } from '../records/records.js';
import { findCurrent } from './current-installations.js';
import { latestFirst } from './installation-order.js';
import { recordQueries } from './record-list.js';

/**
 * What the queries of both kinds of installations share.
 *
 * @param date the column of the instant of first use
 */
export function installationQueries<
  Row extends { readonly uuid: string; readonly app_version: string },
  D extends Device,
>(
  reads: Reads,
  { table, toEntity }: Pick<RecordMapping<Row, Installation<D>, never>, 'table' | 'toEntity'>,
  date: keyof Row & string,
): InstallationQueries<D> {
  return {
    ...recordQueries(reads, { table, toEntity, order: latestFirst(table, date) }),
    findCurrent: findCurrent(reads, table, toEntity, date),
  };
}
