import type pg from 'pg';
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
