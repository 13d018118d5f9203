import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';
import type { Person } from './derive-people.js';
import { parkPerson } from './park-person.js';
import { readInBatches } from './read-in-batches.js';
import { READ_LIMITS, type ReadLimits } from './read-limits.js';
import { type PeopleRead, readPeople } from './read-people.js';
import { storePeople } from './store-people.js';
import { SumChanges } from './sum-changes.js';
import { VersionNumbers } from './version-numbers.js';

/** How many current installations and daily changes to store at once, unless a single batch has more. */
const ENTRIES_AT_ONCE = 5_000;

/** Waits between two batches, the first of which took so long, in milliseconds. */
export type Rest = (took: number) => Promise<void>;

/** Brings people of a kind up to date, within one transaction that holds the fold's lock. */
export class Recomputation {
  readonly #client: pg.ClientBase;
  readonly #kind: FleetKind;
  readonly #asOf: Instant;
  readonly #numbers: VersionNumbers;
  readonly #limits: ReadLimits;
  readonly #sums = new SumChanges();
  /** How many people had too much data to read. */
  parked = 0;

  constructor(client: pg.ClientBase, kind: FleetKind, asOf: Instant, limits: ReadLimits = READ_LIMITS) {
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
    } else await this.#storePeople({ owners: read.owners, people: await read.people() });
  }

  /**
   * Reads owners in small batches, because requests wait while this process works on one, and stores them together.
   *
   * @param isLate whether to leave the others
   * @returns how many were brought up to date: the first ones
   */
  async bringUpToDate(owners: readonly string[], isLate: () => boolean, rest: Rest): Promise<number> {
    const toStore = new PeopleToStore();
    let done = 0;
    let beganAt = performance.now();
    for await (const read of readInBatches(this.#client, this.#kind, owners, this.#asOf, this.#limits)) {
      if (read.isTooLarge) await this.store(read);
      else toStore.add(read.owners, await read.people());
      if (toStore.entries >= ENTRIES_AT_ONCE) await this.#storePeople(toStore.take());
      done += read.owners.length;
      if (done === owners.length || isLate()) break;
      await rest(performance.now() - beganAt);
      beganAt = performance.now();
    }
    await this.#storePeople(toStore.take());
    return done;
  }

  /** Stores the sums, last before the commit. */
  async finish(): Promise<void> {
    await this.#sums.store(this.#client, this.#kind);
  }

  async #storePeople({ owners, people }: RecomputedPeople): Promise<void> {
    if (owners.length > 0) await storePeople(this.#client, this.#kind, owners, people, this.#numbers, this.#sums);
  }
}

interface RecomputedPeople {
  readonly owners: readonly string[];
  /** Those of them who have records. */
  readonly people: readonly Person[];
}

/** Collects people until they are stored. */
class PeopleToStore {
  #owners: string[] = [];
  #people: Person[] = [];
  /** How many current installations and daily changes they have. */
  entries = 0;

  add(owners: readonly string[], people: readonly Person[]): void {
    this.#owners.push(...owners);
    this.#people.push(...people);
    for (const { current, timeline } of people) this.entries += current.length + timeline.changes.length;
  }

  take(): RecomputedPeople {
    const taken = { owners: this.#owners, people: this.#people };
    [this.#owners, this.#people, this.entries] = [[], [], 0];
    return taken;
  }
}
