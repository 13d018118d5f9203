import type pg from 'pg';
import { representable } from '../../records/representable-date.js';
import type { FleetKind } from '../fleet-kinds.js';
import { type RecordRow, STATE_COST, type StateRow } from './histories-statement.js';

/** In bytes. Products and versions are hardly ever longer. */
const LONGEST_ORDINARY = 100;

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
 * Reads owners' records and their earlier states, if none of these has a long text. That takes two thirds of the time of the
 * statement that measures every text.
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
  const { rows } = await client.query<Row>({
    text: ordinaryStatement(kind),
    values: [owners, most + 1],
    rowMode: 'array',
  });
  const records: RecordRow[] = [];
  const earlier = new Map<string, { readonly number: number; readonly state: StateRow }[]>();
  let states = 0;
  let costSoFar = 0;
  for (const [owner, place, uuid, firstUsed, created, modified, product, version, number] of rows) {
    if (product === null || version === null) return undefined;
    costSoFar += STATE_COST + product.length + version.length;
    if (owner !== null) {
      records.push([owner, place, uuid, firstUsed, created, modified, product, version, null, false]);
      continue;
    }
    states++;
    const found = { number: number ?? 0, state: [modified ?? created, product, version, created] as StateRow };
    const same = earlier.get(uuid);
    if (same === undefined) earlier.set(uuid, [found]);
    else same.push(found);
  }
  if (records.length > most || states > most || costSoFar > cost) return undefined;
  if (states > 0) {
    for (const record of records) {
      const theirs = earlier.get(record[2]);
      if (theirs) record[8] = theirs.sort((left, right) => left.number - right.number).map(({ state }) => state);
    }
  }
  return records;
}

/** Unlike the other statement it keeps no order, so that one scan of an index serves all owners. */
function ordinaryStatement({ name, revisions, owner, firstUsed }: FleetKind): string {
  const texts = ['app_product', 'app_version']
    .map((column) => `case when octet_length(${column}) <= ${LONGEST_ORDINARY} then ${column} end as ${column}`)
    .join();
  const [first, created, modified] = ['first_used', 'created', 'modified'].map(representable);
  return `
    with stored as materialized (
      select ${owner} as owner, ctid as place, uuid, ${firstUsed} as first_used, created, modified, ${texts}
        from ${name} where ${owner} = any ($1::varchar[]) limit $2
    )
    select owner, place, uuid, nullif(${first}, ${created}), ${created}, nullif(${modified}, ${created}), app_product, app_version,
           null::integer
      from stored
    union all
    (select null, null, uuid, null, ${created}, ${modified}, ${texts}, number
       from ${revisions} where uuid = any (array(select uuid from stored)) limit $2)`;
}
