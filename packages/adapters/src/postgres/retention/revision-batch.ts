import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { FLEET_NOTE } from '../distribute/distributed-tables.js';
import { FLEET_KINDS } from '../fleet/fleet-kinds.js';
import { BLOOD_GLUCOSE_METER, RECORD_TABLES } from '../tables.js';
import { BATCH, forEachOwner, inTransaction, type ReadBatch, type Walked } from './batch.js';

/** The instant before which a state was overwritten that is past its retention of `$1` days. */
const CUTOFF = `(statement_timestamp() at time zone 'UTC') - make_interval(days => $1::int)`;

/** Walks through earlier states in the order of their records' ids and their numbers. */
export function revisionBatch(client: pg.ClientBase, walked: Walked): ReadBatch {
  return isDistributed(client) ? batchByOwner(client, walked) : batchAtOnce(client, walked);
}

/**
 * The condition that the state `kept` goes. It leaves no gap: a state stays while an earlier one does, which a clock that was
 * set back may have dated later.
 *
 * @param isTheirs the condition that a state has the same owner, as SQL
 */
function goesFrom(kept: string, isTheirs = 'true'): string {
  return `kept.replaced < ${CUTOFF} and not exists (
    select from ${kept} as earlier
     where ${isTheirs} and earlier.uuid = kept.uuid and earlier.number < kept.number and earlier.replaced >= ${CUTOFF})`;
}

function batchAtOnce(client: pg.ClientBase, { table, days, dryRun }: Walked): ReadBatch {
  const kept = `${table}_revision`;
  const kind = FLEET_KINDS.find(({ name }) => name === table);
  const goes = goesFrom(kept);
  // What was before a record's oldest state depends on it, even if it passed within a day (migration 0012).
  const note =
    kind === undefined || dryRun
      ? ''
      : `, noted as (insert into fleet_queue (kind, owner) select distinct '${table}', ${kind.owner} from gone),
       oldest as (
         update ${kept} set passing = false where passing and (uuid, number) in (
           select kept.uuid, min(kept.number) from (select uuid, max(number) as number from gone group by uuid) as cut
             join ${kept} as kept on kept.uuid = cut.uuid and kept.number > cut.number group by kept.uuid))`;
  const gone = dryRun
    ? `select kept.uuid from looked join ${kept} as kept using (uuid, number) where ${goes}`
    : `delete from ${kept} as kept using looked
        where kept.uuid = looked.uuid and kept.number = looked.number and ${goes} returning kept.*`;
  return async (after) => {
    const { rows } = await inTransaction(client, () =>
      client.query<{ looked: number; gone: number; uuid: string | null; number: number | null }>(
        `with looked as materialized (
         select uuid, number from ${kept}
          where ${after ? '(uuid, number) > ($2, $3::int)' : '$2::text is null and $3::int is null'}
          order by uuid, number limit ${BATCH}
       ), gone as (${gone})${note}, last as (select uuid, number from looked order by uuid desc, number desc limit 1)
       select (select count(*)::int from looked) as looked, (select count(*)::int from gone) as gone, last.uuid, last.number
         from (values (1)) as one left join last on true`,
        [days, after?.[0] ?? null, after?.[1] ?? null],
      ),
    );
    const [row] = rows;
    if (row === undefined || row.uuid === null || row.number === null) return undefined;
    return { looked: row.looked, gone: row.gone, place: [row.uuid, row.number] };
  };
}

interface OldState {
  readonly uuid: string;
  readonly number: number;
  readonly owner: string;
}

/** For tables that Citus distributes. */
function batchByOwner(client: pg.ClientBase, walked: Walked): ReadBatch {
  const kept = `${walked.table}_revision`;
  const { owner } = RECORD_TABLES.find(({ name }) => name === walked.table) ?? BLOOD_GLUCOSE_METER;
  return async (after) => {
    const { rows } = await inTransaction(client, () =>
      client.query<OldState & { readonly is_old: boolean }>(
        `select uuid, number, ${owner} as owner, replaced < ${CUTOFF} as is_old from ${kept}
          where ${after ? '(uuid, number) > ($2, $3::int)' : '$2::text is null and $3::int is null'}
          order by uuid, number limit ${BATCH}`,
        [walked.days, after?.[0] ?? null, after?.[1] ?? null],
      ),
    );
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const old = Map.groupBy(
      rows.filter(({ is_old }) => is_old),
      (state) => state.owner,
    );
    const gone = await forEachOwner(client, [...old.keys()], (one) =>
      removeStates(client, walked, owner, one, old.get(one) ?? []),
    );
    return { looked: rows.length, gone, place: [last.uuid, last.number] };
  };
}

/** Removes those of one owner's states that go. */
async function removeStates(
  client: pg.ClientBase,
  { table, days, dryRun }: Walked,
  owner: string,
  one: string,
  old: readonly OldState[],
): Promise<number> {
  const kept = `${table}_revision`;
  const looked = 'select uuid, number from unnest($3::text[], $4::int[]) as looked (uuid, number)';
  const goes = `kept.${owner} = $2::text and (kept.uuid, kept.number) in (${looked})
    and ${goesFrom(kept, `earlier.${owner} = $2::text`)}`;
  const values = [days, one, old.map(({ uuid }) => uuid), old.map(({ number }) => number)];
  if (dryRun) {
    const counted = await client.query<{ gone: number }>(
      `select count(*)::int as gone from ${kept} as kept where ${goes}`,
      values,
    );
    return counted.rows[0]?.gone ?? 0;
  }
  const { rows: gone } = await client.query<{ uuid: string }>(
    `delete from ${kept} as kept where ${goes} returning uuid`,
    values,
  );
  if (gone.length > 0 && FLEET_KINDS.some(({ name }) => name === table)) {
    await client.query(`insert into ${FLEET_NOTE} (kind, owner) values ($1, $2)`, [table, one]);
    await client.query(
      `update ${kept} as kept set passing = false where kept.${owner} = $1::text and kept.passing and (kept.uuid, kept.number) in (
         select uuid, min(number) from ${kept} as oldest where oldest.${owner} = $1::text and oldest.uuid = any ($2::text[]) group by uuid)`,
      [one, gone.map(({ uuid }) => uuid)],
    );
  }
  return gone.length;
}
