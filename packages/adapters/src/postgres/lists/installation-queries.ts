import type { Device, InstallationQueries } from '@polaris-telemetry/domain';
import type { Reads } from '../reads/reads.js';
import type { InstallationMapping } from '../records/installation-repository.js';
import { findCurrent } from './current-installations.js';
import { latestFirst } from './installation-order.js';
import { recordQueries } from './record-list.js';

/** Reads several installations of one kind at a time. */
export function installationQueries<
  Row extends { readonly uuid: string; readonly app_version: string },
  D extends Device,
>(reads: Reads, mapping: InstallationMapping<Row, D>): InstallationQueries<D> {
  const { table, firstUsed } = mapping;
  return {
    ...recordQueries(reads, { ...mapping, order: latestFirst(table, firstUsed) }),
    findCurrent: findCurrent(reads, mapping),
  };
}
