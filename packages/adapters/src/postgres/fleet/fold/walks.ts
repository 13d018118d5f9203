import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { RECORD_TABLE_NAMES } from '../../tables.js';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { dropIndexesOfEmpty } from './current-indexes.js';
import { HAS_OWNERS_INDEX } from './owners-index.js';

/** How long a walk runs in one transaction, in milliseconds. Longer transactions store each sum less often. */
export const LONGEST_STRETCH_MS = 2_000;

/** A build of a kind's state from all of its records, owner by owner. */
export interface Walk {
  /** The table of the records. */
  readonly kind: string;
  /** The last owner so far, or what the index that finds owners holds of the id; null: not started. */
  readonly walkedTo: string | null;
  /** Whether that index exists: building requires it. */
  readonly isReady: boolean;
  /** Whether it has been built before. */
  readonly isBuilt: boolean;
}

/** Starts walks; a walk in progress starts over. */
export async function beginWalks(client: pg.ClientBase, kinds: readonly string[]): Promise<void> {
  if (kinds.length === 0) return;
  await client.query(
    `update fleet_build set walking = true, walked_to = null, done = 0,
            total = (select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass(kind))
      where kind = any ($1::varchar[])`,
    [kinds],
  );
  if (isDistributed(client)) await countTotals(client, kinds);
  for (const kind of FLEET_KINDS) if (kinds.includes(kind.name)) await dropIndexesOfEmpty(client, kind);
}

/** The catalogue of a distributed database knows only the rows that it keeps itself: none. */
async function countTotals(client: pg.ClientBase, kinds: readonly string[]): Promise<void> {
  for (const kind of RECORD_TABLE_NAMES.filter((name) => kinds.includes(name))) {
    const { rows } = await client.query<{ total: string }>(`select count(*) as total from ${kind}`);
    await client.query('update fleet_build set total = $2 where kind = $1', [kind, rows[0]?.total]);
  }
}

/** Returns the walks that have not finished. */
export async function walksUnderWay(client: pg.ClientBase): Promise<readonly Walk[]> {
  const { rows } = await client.query<Walk>(
    `select kind, walked_to as "walkedTo", ${HAS_OWNERS_INDEX} as "isReady", built as "isBuilt"
       from fleet_build where walking order by kind`,
  );
  return rows;
}

/** Notes how far a walk has come, and how many more records that were; at the end, its state is built. */
export async function noteProgress(
  client: pg.ClientBase,
  { kind, walkedTo }: Pick<Walk, 'kind' | 'walkedTo'>,
  records: number,
  isAtEnd: boolean,
): Promise<void> {
  await client.query(
    `update fleet_build set walking = not $2, built = built or $2, walked_to = case when not $2 then $3 end, done = done + $4 where kind = $1`,
    [kind, isAtEnd, walkedTo, records],
  );
}
