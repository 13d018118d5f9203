import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { RECORD_TABLE_NAMES } from '../../tables.js';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { recountGroups } from '../groups.js';
import { createMissingIndex, dropIndexesOfEmpty } from './current-indexes.js';
import { HAS_OWNERS_INDEX } from './owners-index.js';
import { OwnersToWalk } from './owners-to-walk.js';
import { readAhead } from './read-ahead.js';
import type { ReadLimits } from './read-limits.js';
import { Recomputation } from './recompute.js';
import { type OpenReader, withReaders } from './snapshot-reader.js';

/** A build of the fleet's state from all records of a kind, owner by owner. */
export interface Walk {
  readonly kind: FleetKind;
  /** Undefined: not started. */
  readonly walkedTo: string | undefined;
  /** Whether the index that finds the next owners exists: building requires it. */
  readonly isReady: boolean;
  /** Whether it has been built before. */
  readonly isBuilt: boolean;
}

/** Starts walks; a walk in progress starts over. */
export async function beginWalks(client: pg.ClientBase, kinds: readonly string[]): Promise<void> {
  if (kinds.length === 0) return;
  await client.query(
    `update fleet_build set walking = true, walked_to = null, done = 0,
            total = (select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass(kind))
      where kind = any ($1::varchar[])`,
    [kinds],
  );
  if (isDistributed(client)) await countTotals(client, kinds);
  for (const kind of FLEET_KINDS) if (kinds.includes(kind.name)) await dropIndexesOfEmpty(client, kind);
}

/** The catalogue of a distributed database knows only the rows that it keeps itself: none. */
async function countTotals(client: pg.ClientBase, kinds: readonly string[]): Promise<void> {
  for (const kind of RECORD_TABLE_NAMES.filter((name) => kinds.includes(name))) {
    const { rows } = await client.query<{ total: string }>(`select count(*) as total from ${kind}`);
    await client.query('update fleet_build set total = $2 where kind = $1', [kind, rows[0]?.total]);
  }
}

/** Returns the walks that have not finished. */
export async function walksUnderWay(client: pg.ClientBase): Promise<readonly Walk[]> {
  const { rows } = await client.query<{ kind: string; walkedTo: string | null; isReady: boolean; isBuilt: boolean }>(
    `select kind, walked_to as "walkedTo",
            ${HAS_OWNERS_INDEX} as "isReady", built as "isBuilt"
       from fleet_build where walking order by kind`,
  );
  return rows.flatMap(({ kind: name, walkedTo, isReady, isBuilt }) => {
    const kind = FLEET_KINDS.find((each) => each.name === name);
    return kind ? [{ kind, walkedTo: walkedTo ?? undefined, isReady, isBuilt }] : [];
  });
}

/** How long a walk runs in one transaction, in milliseconds. Longer transactions store each sum less often … */
export const LONGEST_STRETCH_MS = 2_000;
/** … and nobody reads the sums before the first build ends, but `/drop_data` waits for the tables for 5 s at most. */
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
    if (!walk.isReady) continue;
    const { people, parked } = await walkOn(client, openReader, walk, asOf, limits);
    total.people += people;
    total.parked += parked;
  }
  return total;
}

/** Continues a walk for a while. */
async function walkOn(
  client: pg.ClientBase,
  openReader: OpenReader | undefined,
  walk: Walk,
  asOf: Instant,
  limits: ReadLimits | undefined,
): Promise<Advance> {
  const { kind, isBuilt } = walk;
  const recomputation = new Recomputation(client, kind, asOf, limits);
  const end = performance.now() + (isBuilt ? LONGEST_STRETCH_MS : LONGEST_FIRST_STRETCH_MS);
  const owners = new OwnersToWalk(client, kind, walk.walkedTo, OWNERS_AT_ONCE);
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
  await client.query(
    `update fleet_build set walking = not $2, built = built or $2, walked_to = case when not $2 then $3 end, done = done + $4 where kind = $1`,
    [kind.name, isAtEnd, owners.walkedTo ?? null, records],
  );
  if (isAtEnd && !isBuilt) await recountGroups(client, kind);
  return { people, parked: recomputation.parked };
}
