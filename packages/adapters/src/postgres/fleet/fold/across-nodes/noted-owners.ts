import type pg from 'pg';
import { isDistributed } from '../../../connections/distribution.js';
import { FLEET_NOTE } from '../../../distribute/distributed-tables.js';

/** Returns the owners of whom no node of a distributed database has a note that the fold has not taken yet. */
export async function withoutNotes(
  client: pg.ClientBase,
  kinds: readonly string[],
  owners: readonly string[],
): Promise<readonly string[]> {
  if (!isDistributed(client) || owners.length === 0) return owners;
  const { rows } = await client.query<{ owner: string }>(
    `select distinct owner from ${FLEET_NOTE} where kind = any ($1::varchar[]) and owner = any ($2::varchar[])`,
    [kinds, owners],
  );
  const noted = new Set(rows.map(({ owner }) => owner));
  return owners.filter((owner) => !noted.has(owner));
}
