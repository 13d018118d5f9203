import type pg from 'pg';
import { representable } from '../../records/representable-date.js';
import type { FleetKind } from '../fleet-kinds.js';
import { OrdinaryHistories, type OrdinaryRecords, type OrdinaryRow, repeatsVersion } from './ordinary-histories.js';

/** In bytes. Products and versions are hardly ever longer. */
const LONGEST_ORDINARY = 100;

/** Null where they are longer. */
const ORDINARY_TEXTS = ['app_product', 'app_version']
  .map((column) => `case when octet_length(${column}) <= ${LONGEST_ORDINARY} then ${column} end as ${column}`)
  .join();

/** There are more records, or they cost more, than may be read at once. */
export class TooMuchAtOnce {
  /** How many owners the records that were read have. */
  readonly owners: number;

  constructor(owners: number) {
    this.owners = owners;
  }
}

/**
 * Reads owners' records and those of their earlier states that tell what the owner counts for, where none of an owner's
 * texts is long. It is much quicker than the statement that measures every text.
 *
 * A passing state (migration 0012) matters only if the states around it run the same version: since when then depends on it.
 *
 * @param most the maximum number of records, and again of earlier states
 * @param cost the maximum cost of all of them, in bytes
 */
export async function readOrdinary(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  most: number,
  cost: number,
): Promise<OrdinaryRecords | TooMuchAtOnce> {
  const histories = new OrdinaryHistories(most, cost);
  const read = async (text: string, values: readonly string[]) =>
    (await client.query<OrdinaryRow>({ text, values: [values, most + 1], rowMode: 'array' })).rows;
  histories.add(await read(ordinaryStatement(kind), owners));
  const ambiguous = histories.fit ? histories.records().filter(repeatsVersion) : [];
  if (ambiguous.length > 0) {
    const ids = ambiguous.map(([, , uuid]) => uuid);
    histories.add(await read(statesStatement(kind, PASSING), ids));
  }
  return histories.fit ? histories.ordinary() : new TooMuchAtOnce(histories.owners());
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
