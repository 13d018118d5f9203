import type pg from 'pg';
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
  const { rows } = await client.query<{ owner: string; records: number }>(
    `select wanted.owner, (select count(*)::integer from (
       select from ${name} as m where m.${owner} = wanted.owner limit $2) as few) as records
       from unnest($1::varchar[]) with ordinality as wanted (owner, number) order by number`,
    [owners, most],
  );
  const batches: string[][] = [];
  let batch: string[] = [];
  let size = 0;
  for (const { owner: next, records } of rows) {
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
