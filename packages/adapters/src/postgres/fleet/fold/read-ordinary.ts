import type pg from 'pg';
import { representable } from '../../records/representable-date.js';
import type { FleetKind } from '../fleet-kinds.js';
import { type RecordRow, STATE_COST, type StateRow } from './histories-statement.js';

/** In bytes. Products and versions are hardly ever longer. */
const LONGEST_ORDINARY = 100;

/** Null where they are longer. */
const ORDINARY_TEXTS = ['app_product', 'app_version']
  .map((column) => `case when octet_length(${column}) <= ${LONGEST_ORDINARY} then ${column} end as ${column}`)
  .join();

/** Of an earlier state the owner, the place and the date of first use are null; of a record, the number is. */
type Row = [
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

/**
 * Reads owners' records and those of their earlier states that tell what the owner counts for, if none of these has a long
 * text. It is much quicker than the statement that measures every text.
 *
 * A passing state (migration 0012) matters only if the states around it run the same version: since when then depends on it.
 *
 * @param most the maximum number of records, and again of earlier states
 * @param cost the maximum cost of all of them, in bytes
 * @returns undefined if there are more, or a text is longer
 */
export async function readOrdinary(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  most: number,
  cost: number,
): Promise<RecordRow[] | undefined> {
  const histories = new OrdinaryHistories(most, cost);
  const read = async (text: string, values: readonly string[]) =>
    (await client.query<Row>({ text, values: [values, most + 1], rowMode: 'array' })).rows;
  if (!histories.add(await read(ordinaryStatement(kind), owners))) return undefined;
  const records = histories.records();
  const ambiguous = records.filter(repeatsVersion).map(([, , uuid]) => uuid);
  if (ambiguous.length === 0) return records;
  return histories.add(await read(statesStatement(kind, PASSING), ambiguous)) ? histories.records() : undefined;
}

/** Whether two successive states that were read run the same version. */
function repeatsVersion([, , , , , , , present, states]: RecordRow): boolean {
  if (states === null) return false;
  const versions = [...states.map(([, , version]) => version), present];
  return versions.some((version, index) => version === versions[index + 1]);
}

interface EarlierState {
  readonly number: number;
  readonly state: StateRow;
}

/** Puts rows of records and earlier states together, as long as they are ordinary. */
class OrdinaryHistories {
  readonly #most: number;
  readonly #cost: number;
  readonly #records: RecordRow[] = [];
  readonly #earlier = new Map<string, EarlierState[]>();
  #states = 0;
  #costSoFar = 0;

  constructor(most: number, cost: number) {
    this.#most = most;
    this.#cost = cost;
  }

  /** @returns false if they are too many or cost too much, or if a text is too long */
  add(rows: readonly Row[]): boolean {
    for (const [owner, place, uuid, firstUsed, created, modified, product, version, number] of rows) {
      if (product === null || version === null) return false;
      this.#costSoFar += STATE_COST + product.length + version.length;
      if (owner !== null) {
        this.#records.push([owner, place, uuid, firstUsed, created, modified, product, version, null, false]);
        continue;
      }
      this.#states++;
      const found: EarlierState = { number: number ?? 0, state: [modified ?? created, product, version, created] };
      const same = this.#earlier.get(uuid);
      if (same === undefined) this.#earlier.set(uuid, [found]);
      else same.push(found);
    }
    return this.#records.length <= this.#most && this.#states <= this.#most && this.#costSoFar <= this.#cost;
  }

  /** Each with its earlier states, oldest first. */
  records(): RecordRow[] {
    if (this.#states > 0) {
      for (const record of this.#records) {
        const theirs = this.#earlier.get(record[2]);
        if (theirs) record[8] = theirs.sort((left, right) => left.number - right.number).map(({ state }) => state);
      }
    }
    return this.#records;
  }
}

/** Unlike the other statement it keeps no order, so that one scan of an index serves all owners. */
function ordinaryStatement(kind: FleetKind): string {
  const { name, owner, firstUsed } = kind;
  const [first, created, modified] = ['first_used', 'created', 'modified'].map(representable);
  return `
    with stored as materialized (
      select ${owner} as owner, ctid as place, uuid, ${firstUsed} as first_used, created, modified, ${ORDINARY_TEXTS}
        from ${name} where ${owner} = any ($1::varchar[]) limit $2
    )
    select owner, place, uuid, nullif(${first}, ${created}), ${created}, nullif(${modified}, ${created}), app_product, app_version,
           null::integer
      from stored
    union all
    (${statesStatement(kind, LASTING, 'array(select uuid from stored)')})`;
}

const PASSING = 'passing';
/** As in the index. */
const LASTING = 'passing is not true';

/** @param ids an SQL expression */
function statesStatement({ revisions }: FleetKind, condition: string, ids = '$1::varchar[]'): string {
  return `
    select null, null, uuid, null, ${representable('created')}, ${representable('modified')}, ${ORDINARY_TEXTS}, number
      from ${revisions} where uuid = any (${ids}) and ${condition} limit $2`;
}
