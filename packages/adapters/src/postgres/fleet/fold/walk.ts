import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { recountGroups } from '../groups.js';
import { createMissingIndex, dropIndexesOfEmpty } from './current-indexes.js';
import type { PeopleRead, ReadLimits } from './read-people.js';
import { Recomputation } from './recompute.js';

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
  for (const kind of FLEET_KINDS) if (kinds.includes(kind.name)) await dropIndexesOfEmpty(client, kind);
}

/** Returns the walks that have not finished. */
export async function walksUnderWay(client: pg.ClientBase): Promise<readonly Walk[]> {
  const { rows } = await client.query<{ kind: string; walkedTo: string | null; isReady: boolean; isBuilt: boolean }>(
    `select kind, walked_to as "walkedTo",
            exists (select from pg_index where indexrelid = to_regclass(kind || '_latest') and indisvalid) as "isReady",
            built as "isBuilt"
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

/** How many owners a walk advanced, and how many of them had too much data to read. */
interface Advance {
  readonly people: number;
  readonly parked: number;
}

/** Continues a walk for a while. */
export async function walkOn(
  client: pg.ClientBase,
  walk: Walk,
  mostOwners: number,
  asOf: Instant,
  limits?: ReadLimits,
): Promise<Advance> {
  if (!walk.isReady) return { people: 0, parked: 0 };
  const { kind, isBuilt } = walk;
  const recomputation = new Recomputation(client, kind, asOf, limits);
  const end = performance.now() + (isBuilt ? LONGEST_STRETCH_MS : LONGEST_FIRST_STRETCH_MS);
  const owners = new OwnersToWalk(client, kind, walk.walkedTo, mostOwners);
  let people = 0;
  let records = 0;
  const readOn = async (): Promise<PeopleRead | undefined> => {
    const some = await owners.next();
    if (some.length === 0) return undefined;
    const read = await recomputation.read(some);
    owners.walked(read.owners);
    return read;
  };
  let storing: Promise<void> | undefined;
  let next: Promise<PeopleRead | undefined> | undefined = readOn();
  while (next !== undefined) {
    const read: PeopleRead | undefined = await next;
    // The server reads on, and stores what came before, while this process works on the rows it has.
    next = read === undefined || performance.now() > end ? undefined : readOn();
    next?.catch(() => {});
    if (read === undefined) continue;
    read.people();
    await storing;
    storing = recomputation.store(read);
    storing.catch(() => {});
    people += read.owners.length;
    records += read.records;
  }
  await storing;
  await recomputation.finish();
  const isAtEnd = owners.isAtEnd && (isBuilt || !(await createMissingIndex(client, kind)));
  await client.query(
    `update fleet_build set walking = not $2, built = built or $2, walked_to = case when not $2 then $3 end, done = done + $4 where kind = $1`,
    [kind.name, isAtEnd, owners.walkedTo ?? null, records],
  );
  if (isAtEnd && !isBuilt) await recountGroups(client, kind);
  return { people, parked: recomputation.parked };
}

/** How many owners are looked up at once. */
const OWNERS_AHEAD = 5_000;

/** The owners of a kind in order, from where a walk is. */
class OwnersToWalk {
  readonly #client: pg.ClientBase;
  readonly #kind: FleetKind;
  readonly #most: number;
  #ahead: readonly string[] = [];
  #areAllKnown = false;
  walkedTo: string | undefined;

  constructor(client: pg.ClientBase, kind: FleetKind, walkedTo: string | undefined, most: number) {
    this.#client = client;
    this.#kind = kind;
    this.walkedTo = walkedTo;
    this.#most = most;
  }

  /** Whether no owner is left. */
  get isAtEnd(): boolean {
    return this.#areAllKnown && this.#ahead.length === 0;
  }

  async next(): Promise<readonly string[]> {
    if (this.#ahead.length === 0 && !this.#areAllKnown) {
      this.#ahead = await nextOwners(this.#client, this.#kind, this.walkedTo, OWNERS_AHEAD);
      this.#areAllKnown = this.#ahead.length < OWNERS_AHEAD;
    }
    return this.#ahead.slice(0, this.#most);
  }

  /** @param owners the first of those ahead */
  walked(owners: readonly string[]): void {
    this.#ahead = this.#ahead.slice(owners.length);
    this.walkedTo = owners.at(-1) ?? this.walkedTo;
  }
}

/** Owners who have records or stored state. */
async function nextOwners(
  client: pg.ClientBase,
  { name, owner, current }: FleetKind,
  walkedTo: string | undefined,
  most: number,
): Promise<readonly string[]> {
  const beyond = (column: string) => (walkedTo === undefined ? `$2::varchar is null` : `${column} > $2`);
  const { rows } = await client.query<{ owner: string }>(
    `select owner from (
       (select distinct ${owner} as owner from ${name} where ${beyond(owner)} order by 1 limit $3)
       union
       (select owner from fleet_person where kind = $1 and ${beyond('owner')} order by owner limit $3)
       union
       (select distinct ${owner} as owner from ${current} where ${beyond(owner)} order by 1 limit $3)
     ) as next order by owner limit $3`,
    [name, walkedTo ?? null, most],
  );
  return rows.map((row) => row.owner);
}
