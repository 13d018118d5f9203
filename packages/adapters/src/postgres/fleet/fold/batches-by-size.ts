import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import type { FleetKind } from '../fleet-kinds.js';

/**
 * Divides owners, in their order, into batches of at most so many records, so that none has to be read twice. An owner
 * with more is a batch alone.
 */
export async function batchesBySize(
  client: pg.ClientBase,
  { name, owner }: FleetKind,
  owners: readonly string[],
  most: number,
): Promise<readonly (readonly string[])[]> {
  const counted = isDistributed(client)
    ? await countAcrossNodes(client, { name, owner }, owners)
    : await countUpTo(client, { name, owner }, owners, most);
  const batches: string[][] = [];
  let batch: string[] = [];
  let size = 0;
  for (const { owner: next, records } of counted) {
    if (size + records > most && batch.length > 0) {
      batches.push(batch);
      [batch, size] = [[], 0];
    }
    batch.push(next);
    size += records;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

type Records = Pick<FleetKind, 'name' | 'owner'>;

/** An owner, and how many records the owner has. */
interface Counted {
  readonly owner: string;
  readonly records: number;
}

/** Counts no further than to `most`. */
async function countUpTo(
  client: pg.ClientBase,
  { name, owner }: Records,
  owners: readonly string[],
  most: number,
): Promise<readonly Counted[]> {
  const { rows } = await client.query<Counted>(
    `select wanted.owner, (select count(*)::integer from (
       select from ${name} as m where m.${owner} = wanted.owner limit $2) as few) as records
       from unnest($1::varchar[]) with ordinality as wanted (owner, number) order by number`,
    [owners, most],
  );
  return rows;
}

async function countAcrossNodes(
  client: pg.ClientBase,
  { name, owner }: Records,
  owners: readonly string[],
): Promise<readonly Counted[]> {
  const { rows } = await client.query<Counted>(
    `select ${owner} as owner, count(*)::integer as records from ${name} where ${owner} = any ($1::varchar[]) group by ${owner}`,
    [owners],
  );
  const found = new Map(rows.map((row) => [row.owner, row]));
  return owners.map((each) => found.get(each) ?? { owner: each, records: 0 });
}
