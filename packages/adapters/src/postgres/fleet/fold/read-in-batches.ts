import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';
import { countRecords } from './count-records.js';
import { divide } from './divide.js';
import { READ_LIMITS, type ReadLimits } from './read-limits.js';
import { type PeopleRead, readPeople } from './read-people.js';

/** Reads people in their order, in batches small enough that no record has to be read twice. */
export async function* readInBatches(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
  limits: ReadLimits = READ_LIMITS,
): AsyncGenerator<PeopleRead> {
  const counted = await countRecords(client, kind, owners, limits.batch);
  for (const batch of divide(counted, ({ records }) => [records], [limits.batch])) {
    for (let left = batch.map(({ owner }) => owner); left.length > 0; ) {
      const read = await readPeople(client, kind, left, asOf, limits);
      yield read;
      left = left.slice(read.owners.length);
    }
  }
}
