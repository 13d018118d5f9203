import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import type { FleetKind } from '../fleet-kinds.js';

/** An owner, and how many records the owner has. */
export interface OwnersRecords {
  readonly owner: string;
  readonly records: number;
}

/**
 * Counts owners' records, in the order of the owners.
 *
 * @param enough where counting stops for each owner; on a distributed database it does not
 */
export async function countRecords(
  client: pg.ClientBase,
  kind: Pick<FleetKind, 'name' | 'owner'>,
  owners: readonly string[],
  enough: number,
): Promise<readonly OwnersRecords[]> {
  return isDistributed(client) ? countAcrossNodes(client, kind, owners) : countHere(client, kind, owners, enough);
}

async function countHere(
  client: pg.ClientBase,
  { name, owner }: Pick<FleetKind, 'name' | 'owner'>,
  owners: readonly string[],
  enough: number,
): Promise<readonly OwnersRecords[]> {
  const { rows } = await client.query<OwnersRecords>(
    `select wanted.owner, (select count(*)::integer from (
       select from ${name} as m where m.${owner} = wanted.owner limit $2) as few) as records
       from unnest($1::varchar[]) with ordinality as wanted (owner, number) order by number`,
    [owners, enough],
  );
  return rows;
}

async function countAcrossNodes(
  client: pg.ClientBase,
  { name, owner }: Pick<FleetKind, 'name' | 'owner'>,
  owners: readonly string[],
): Promise<readonly OwnersRecords[]> {
  const { rows } = await client.query<OwnersRecords>(
    `select ${owner} as owner, count(*)::integer as records from ${name} where ${owner} = any ($1::varchar[]) group by ${owner}`,
    [owners],
  );
  const found = new Map(rows.map((row) => [row.owner, row]));
  return owners.map((each) => found.get(each) ?? { owner: each, records: 0 });
}
