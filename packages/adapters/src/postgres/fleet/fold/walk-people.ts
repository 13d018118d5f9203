import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { recountGroups } from '../groups.js';
import { createMissingIndex } from './current-indexes.js';
import { OwnersToWalk } from './owners-to-walk.js';
import { readAhead } from './read-ahead.js';
import type { ReadLimits } from './read-limits.js';
import { Recomputation } from './recompute.js';
import { type OpenReader, withReaders } from './snapshot-reader.js';
import { LONGEST_STRETCH_MS, noteProgress, type Walk, walksUnderWay } from './walks.js';

/** Nobody reads the sums before the first build ends, but `/drop_data` waits for the tables for 5 s at most. */
const LONGEST_FIRST_STRETCH_MS = 3_000;

/** How many owners are read at once. Among more ids, more revisions are on the same page of their index. */
const OWNERS_AT_ONCE = 1_500;

/** How many owners a walk advanced, and how many of them had too much data to read. */
interface Advance {
  readonly people: number;
  readonly parked: number;
}

/** Continues the walks that are under way. */
export async function walkPeopleOn(
  client: pg.ClientBase,
  asOf: Instant,
  limits: ReadLimits | undefined,
  openReader: OpenReader | undefined,
): Promise<Advance> {
  const total = { people: 0, parked: 0 };
  for (const walk of await walksUnderWay(client)) {
    const kind = FLEET_KINDS.find(({ name }) => name === walk.kind);
    if (kind === undefined || !walk.isReady) continue;
    const { people, parked } = await walkOn(client, openReader, kind, walk, asOf, limits);
    total.people += people;
    total.parked += parked;
  }
  return total;
}

/** Continues a walk for a while. */
async function walkOn(
  client: pg.ClientBase,
  openReader: OpenReader | undefined,
  kind: FleetKind,
  { walkedTo, isBuilt }: Walk,
  asOf: Instant,
  limits: ReadLimits | undefined,
): Promise<Advance> {
  const recomputation = new Recomputation(client, kind, asOf, limits);
  const end = performance.now() + (isBuilt ? LONGEST_STRETCH_MS : LONGEST_FIRST_STRETCH_MS);
  const owners = new OwnersToWalk(client, kind, walkedTo ?? undefined, OWNERS_AT_ONCE);
  let people = 0;
  let records = 0;
  // The readers' transactions end with it: an index that follows may take longer than a server lets one stay idle.
  await withReaders(client, openReader, async (readers) => {
    let turn = 0;
    let storing: Promise<void> | undefined;
    try {
      const batches = readAhead(
        owners,
        (some) => recomputation.read(some, readers[turn++ % readers.length]),
        () => performance.now() > end,
      );
      for await (const batch of batches) {
        await batch.people();
        // The server stores what came before while this process works on the rows it has.
        await storing;
        storing = recomputation.store(batch);
        storing.catch(() => {});
        people += batch.owners.length;
        records += batch.records;
      }
    } finally {
      // After the caller's rollback, what is left of it would be stored outside the transaction.
      await storing;
    }
  });
  await recomputation.finish();
  const isAtEnd = owners.isAtEnd && (isBuilt || !(await createMissingIndex(client, kind)));
  await noteProgress(client, { kind: kind.name, walkedTo: owners.walkedTo ?? null }, records, isAtEnd);
  if (isAtEnd && !isBuilt) await recountGroups(client, kind);
  return { people, parked: recomputation.parked };
}
