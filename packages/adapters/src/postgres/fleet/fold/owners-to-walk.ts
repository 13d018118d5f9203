import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import type { FleetKind } from '../fleet-kinds.js';

/** How many owners are looked up at once. */
const OWNERS_AHEAD = 5_000;

/** The owners of a kind in order, from where a walk is. */
export class OwnersToWalk {
  readonly #client: pg.ClientBase;
  readonly #kind: FleetKind;
  readonly #most: number;
  #ahead: readonly string[] = [];
  /** How many of those ahead are being walked. */
  #taken = 0;
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

  /** Takes the next ones. */
  async take(): Promise<readonly string[]> {
    if (this.#taken === this.#ahead.length && !this.#areAllKnown) {
      const next = await nextOwners(this.#client, this.#kind, this.#ahead.at(-1) ?? this.walkedTo, OWNERS_AHEAD);
      this.#ahead = [...this.#ahead, ...next];
      this.#areAllKnown = next.length < OWNERS_AHEAD;
    }
    const taken = this.#ahead.slice(this.#taken, this.#taken + this.#most);
    this.#taken += taken.length;
    return taken;
  }

  /** @param owners the first of those taken; the others stay so */
  walked(owners: readonly string[]): void {
    this.#ahead = this.#ahead.slice(owners.length);
    this.#taken -= owners.length;
    this.walkedTo = owners.at(-1) ?? this.walkedTo;
  }

  /** Takes none of the rest: it starts over with them. */
  putBack(): void {
    this.#taken = 0;
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
  let recorded = `select distinct ${owner} as owner from ${name} where ${beyond(owner)} order by 1 limit $3`;
  const values: unknown[] = [name, walkedTo ?? null, most];
  if (isDistributed(client)) {
    values.push(await nextFromNodes(client, { name, owner }, walkedTo, most));
    recorded = 'select unnest($4::varchar[]) as owner';
  }
  const { rows } = await client.query<{ owner: string }>(
    `select owner from (
       (${recorded})
       union
       (select owner from fleet_person where kind = $1 and ${beyond('owner')} order by owner limit $3)
       union
       (select distinct ${owner} as owner from ${current} where ${beyond(owner)} order by 1 limit $3)
     ) as next order by owner limit $3`,
    values,
  );
  return rows.map((row) => row.owner);
}

/** Owners who have records on the nodes of a distributed database. */
async function nextFromNodes(
  client: pg.ClientBase,
  { name, owner }: Pick<FleetKind, 'name' | 'owner'>,
  walkedTo: string | undefined,
  most: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ owner: string }>(
    `select distinct ${owner} as owner from ${name} where $1::varchar is null or ${owner} > $1 order by 1 limit $2`,
    [walkedTo ?? null, most],
  );
  return rows.map((row) => row.owner);
}
