import {
  type Clock,
  compareLatestFirst,
  currentInstallations,
  type Device,
  historyOf,
  type Installation,
  type InstallationQueries,
} from '../src/index.js';
import { inMemoryQueries } from './in-memory-queries.js';
import type { InMemoryRecords } from './in-memory-records.js';

/** Reads installations kept in memory: the reference implementation. */
export function inMemoryInstallationQueries<D extends Device>(
  records: InMemoryRecords<Installation<D>, never>,
  clock: Clock,
): InstallationQueries<D> {
  return {
    ...inMemoryQueries(records.ofOwner, compareLatestFirst, clock),

    async findCurrent(ownerId) {
      const asOf = clock.now();
      const histories = records.ofOwner(ownerId).map((installation) => {
        const [oldest = installation, ...later] = records.statesOf({ ownerId, id: installation.id });
        return { ...historyOf([oldest, ...later]), installation };
      });
      const current = currentInstallations(histories, asOf).map(({ history, since, versionSince }) => ({
        installation: history.installation,
        since,
        versionSince,
      }));
      return { current, omitted: 0, asOf };
    },
  };
}
