import type pg from 'pg';
import { FLEET_KINDS } from '../fleet-kinds.js';

/** Returns people whose state changes by time alone, and has changed by then. */
export async function readDue(
  client: pg.ClientBase,
  clock: string,
  most: number,
): Promise<readonly { readonly kind: string; readonly owner: string }[]> {
  const { rows } = await client.query<{ kind: string; owner: string }>(
    'select kind, owner from fleet_person where due <= $1 order by due limit $2',
    [clock, most],
  );
  return rows;
}

/** If the clock has gone back, people who became effective or changed after its new time count too early. */
export async function noteWhoIsAhead(client: pg.ClientBase, clock: string): Promise<void> {
  const { rows } = await client.query<{ back: boolean }>('select clock > $1 as back from fleet_state', [clock]);
  if (rows[0]?.back !== true) return;
  for (const { name, owner, current } of FLEET_KINDS) {
    await client.query(
      `insert into fleet_queue (kind, owner)
         select $1, ${owner} from ${current} where since > $2 union select $1, ${owner} from ${current} where last_seen > $2`,
      [name, clock],
    );
  }
}
