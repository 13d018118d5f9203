import { type RecordRow, STATE_COST, type StateRow } from './histories-statement.js';

/**
 * Of an earlier state the owner, the place and the date of first use are null; of a record, the number is. A long product or
 * version is null.
 */
export type OrdinaryRow = [
  owner: string | null,
  place: string,
  uuid: string,
  firstUsed: string | null,
  created: string,
  modified: string | null,
  product: string | null,
  version: string | null,
  number: number | null,
];

/** Records that were read in the quick way. */
export interface OrdinaryRecords {
  readonly records: readonly RecordRow[];
  /** Owners none of whose records is among these, because one of their texts is long. */
  readonly withLongTexts: ReadonlySet<string>;
}

interface EarlierState {
  readonly number: number;
  readonly state: StateRow;
}

/** Puts rows of records and of earlier states together. */
export class OrdinaryHistories {
  readonly #most: number;
  readonly #cost: number;
  readonly #records: RecordRow[] = [];
  readonly #earlier = new Map<string, EarlierState[]>();
  readonly #idsWithLongTexts = new Set<string>();
  #states = 0;
  #costSoFar = 0;
  /** Whether each record has its earlier states, oldest first. */
  #isComplete = true;

  /**
   * @param most the maximum number of records, and again of earlier states
   * @param cost the maximum cost of all of them, in bytes
   */
  constructor(most: number, cost: number) {
    this.#most = most;
    this.#cost = cost;
  }

  /** Whether they are neither too many nor cost too much. */
  get fit(): boolean {
    return this.#records.length <= this.#most && this.#states <= this.#most && this.#costSoFar <= this.#cost;
  }

  add(rows: readonly OrdinaryRow[]): void {
    for (const row of rows) {
      const [owner, , uuid, , created, modified, product, version, number] = row;
      const isRecord = owner !== null;
      if (isRecord) this.#records.push(row as unknown as RecordRow);
      else this.#states++;
      if (product === null || version === null) {
        this.#idsWithLongTexts.add(uuid);
        continue;
      }
      this.#costSoFar += STATE_COST + product.length + version.length;
      if (isRecord) continue;
      const found: EarlierState = { number: number ?? 0, state: [modified ?? created, product, version, created] };
      const same = this.#earlier.get(uuid);
      if (same === undefined) this.#earlier.set(uuid, [found]);
      else same.push(found);
    }
    this.#isComplete = this.#states === 0;
  }

  /** All records, each with its earlier states, oldest first. */
  records(): readonly RecordRow[] {
    if (!this.#isComplete) {
      for (const record of this.#records) {
        const theirs = this.#earlier.get(record[2]);
        if (theirs) record[8] = theirs.sort((left, right) => left.number - right.number).map(({ state }) => state);
      }
      this.#isComplete = true;
    }
    return this.#records;
  }

  ordinary(): OrdinaryRecords {
    const records = this.records();
    if (this.#idsWithLongTexts.size === 0) return { records, withLongTexts: new Set() };
    const withLongTexts = new Set(
      records.filter(([, , uuid]) => this.#idsWithLongTexts.has(uuid)).map(([owner]) => owner),
    );
    return { records: records.filter(([owner]) => !withLongTexts.has(owner)), withLongTexts };
  }

  /** How many owners the records have. */
  owners(): number {
    return new Set(this.#records.map(([owner]) => owner)).size;
  }
}

/** Whether two successive states that were read run the same version. */
export function repeatsVersion([, , , , , , , present, states]: RecordRow): boolean {
  if (states === null) return false;
  const versions = [...states.map(([, , version]) => version), present];
  return versions.some((version, index) => version === versions[index + 1]);
}
