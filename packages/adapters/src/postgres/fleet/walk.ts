import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { FLEET_KINDS, type FleetKind } from './fleet-kinds.js';
import type { PeopleRead, ReadLimits } from './read-people.js';
import { Recomputation } from './recompute.js';

/** A build of the fleet's state from all records of a kind, owner by owner. */
export interface Walk {
  readonly kind: FleetKind;
  /** Undefined: not started. */
  readonly walkedTo: string | undefined;
  /** Whether the index that finds the next owners exists. */
  readonly isReady: boolean;
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
}

/** Returns the walks that have not finished. */
export async function walksUnderWay(client: pg.ClientBase): Promise<readonly Walk[]> {
  const { rows } = await client.query<{ kind: string; walkedTo: string | null; isReady: boolean }>(
    `select kind, walked_to as "walkedTo",
            exists (select from pg_index where indexrelid = to_regclass(kind || '_latest') and indisvalid) as "isReady"
       from fleet_build where walking order by kind`,
  );
  return rows.flatMap(({ kind: name, walkedTo, isReady }) => {
    const kind = FLEET_KINDS.find((each) => each.name === name);
    return kind ? [{ kind, walkedTo: walkedTo ?? undefined, isReady }] : [];
  });
}

interface Stretch {
  readonly read: PeopleRead;
  /** Whether these are the last owners. */
  readonly isLast: boolean;
}

/** How long a walk runs in one transaction, in milliseconds. Longer transactions store each sum less often. */
const LONGEST_STRETCH_MS = 2_000;

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
  const { kind } = walk;
  const recomputation = new Recomputation(client, kind, asOf, limits);
  const end = performance.now() + LONGEST_STRETCH_MS;
  let { walkedTo } = walk;
  let people = 0;
  let records = 0;
  const readOn = async (): Promise<Stretch> => {
    const owners = await nextOwners(client, kind, walkedTo, mostOwners);
    const read = await recomputation.read(owners);
    walkedTo = read.owners.at(-1) ?? walkedTo;
    return { read, isLast: owners.length < mostOwners && read.owners.length === owners.length };
  };
  let next: Promise<Stretch> | undefined = readOn();
  let isAtEnd = false;
  while (next !== undefined) {
    const { read, isLast }: Stretch = await next;
    isAtEnd = isLast;
    // The server keeps reading while this process works on the rows it has.
    next = isLast || performance.now() > end ? undefined : readOn();
    next?.catch(() => {});
    await recomputation.store(read);
    people += read.owners.length;
    records += read.records;
  }
  await recomputation.finish();
  await client.query(
    `update fleet_build set walking = not $2, built = built or $2, walked_to = case when not $2 then $3 end, done = done + $4 where kind = $1`,
    [kind.name, isAtEnd, walkedTo ?? null, records],
  );
  return { people, parked: recomputation.parked };
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
