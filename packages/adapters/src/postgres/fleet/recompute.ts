import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { FleetKind } from './fleet-kinds.js';
import { type PeopleRead, readPeople } from './read-people.js';
import { SumChanges, storePeople } from './store-people.js';
import { VersionNumbers } from './version-numbers.js';

/** Brings people of a kind up to date, within one transaction of the holder of the fold's lock. */
export class Recomputation {
  readonly #client: pg.ClientBase;
  readonly #kind: FleetKind;
  readonly #asOf: Instant;
  readonly #numbers: VersionNumbers;
  readonly #sums = new SumChanges();

  constructor(client: pg.ClientBase, kind: FleetKind, asOf: Instant) {
    this.#client = client;
    this.#kind = kind;
    this.#asOf = asOf;
    this.#numbers = new VersionNumbers(kind.name);
  }

  /** Reads owners' records; only those of the first owners if there are too many for one go. */
  read(owners: readonly string[]): Promise<PeopleRead> {
    return readPeople(this.#client, this.#kind, owners, this.#asOf);
  }

  /** Stores what is derived from the records; `finish` stores the sums last. */
  async store(read: PeopleRead): Promise<void> {
    if (read.owners.length > 0) await storePeople(this.#client, this.#kind, read, this.#numbers, this.#sums);
  }

  /** Stores the sums; the last thing before the commit. */
  async finish(): Promise<void> {
    await this.#sums.store(this.#client, this.#kind);
  }
}
