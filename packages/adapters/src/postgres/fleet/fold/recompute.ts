import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';
import type { ReadLimits } from './histories-statement.js';
import { parkPerson } from './park-person.js';
import { type PeopleRead, readPeople } from './read-people.js';
import { storePeople } from './store-people.js';
import { SumChanges } from './sum-changes.js';
import { VersionNumbers } from './version-numbers.js';

/** Brings people of a kind up to date, within one transaction that holds the fold's lock. */
export class Recomputation {
  readonly #client: pg.ClientBase;
  readonly #kind: FleetKind;
  readonly #asOf: Instant;
  readonly #numbers: VersionNumbers;
  readonly #limits: ReadLimits | undefined;
  readonly #sums = new SumChanges();
  /** How many people had too much data to read. */
  parked = 0;

  constructor(client: pg.ClientBase, kind: FleetKind, asOf: Instant, limits?: ReadLimits) {
    this.#client = client;
    this.#kind = kind;
    this.#asOf = asOf;
    this.#limits = limits;
    this.#numbers = new VersionNumbers(kind.name);
  }

  /**
   * Reads owners' records; only those of the first owners if all have too much data for one batch.
   *
   * @param reader a connection with the same snapshot
   */
  read(owners: readonly string[], reader: pg.ClientBase = this.#client): Promise<PeopleRead> {
    return readPeople(reader, this.#kind, owners, this.#asOf, this.#limits);
  }

  /** Stores what is derived from the records; `finish` stores the sums last. */
  async store(read: PeopleRead): Promise<void> {
    if (read.isTooLarge) {
      for (const owner of read.owners) await parkPerson(this.#client, this.#kind, owner);
      this.parked += read.owners.length;
    } else if (read.owners.length > 0) await storePeople(this.#client, this.#kind, read, this.#numbers, this.#sums);
  }

  /** Stores the sums, last before the commit. */
  async finish(): Promise<void> {
    await this.#sums.store(this.#client, this.#kind);
  }
}
