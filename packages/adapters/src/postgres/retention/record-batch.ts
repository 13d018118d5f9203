import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { FLEET_KINDS, type FleetKind } from '../fleet/fleet-kinds.js';
import { effectiveDateSql } from '../records/effective-date.js';
import { representable } from '../records/representable-date.js';
import { BLOOD_GLUCOSE_METER, RECORD_TABLES } from '../tables.js';
import { BATCH, forEachOwner, inTransaction, type ReadBatch, type Walked } from './batch.js';

interface OldRecord {
  readonly uuid: string;
  readonly owner: string;
}

const NOW = `(statement_timestamp() at time zone 'UTC')`;
/** The condition on a record's age in days, `$1`. */
const IS_OLD = `${representable('modified')} < ${NOW} - make_interval(days => $1::int)`;

/** Walks through records in the order of their ids. */
export function recordBatch(client: pg.ClientBase, walked: Walked): ReadBatch {
  const { table, days, dryRun } = walked;
  const { owner } = RECORD_TABLES.find(({ name }) => name === table) ?? BLOOD_GLUCOSE_METER;
  const kind = FLEET_KINDS.find(({ name }) => name === table);
  return async (after) => {
    const { rows } = await inTransaction(client, () =>
      client.query<OldRecord & { readonly is_old: boolean }>(
        `select uuid, ${owner} as owner, ${IS_OLD} as is_old from ${table}
          where ${after ? 'uuid > $2' : '$2::text is null'} order by uuid limit ${BATCH}`,
        [days, after?.[0] ?? null],
      ),
    );
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const old = rows.filter(({ is_old }) => is_old);
    let gone = 0;
    if (old.length > 0) {
      if (dryRun) gone = await count(client, walked, kind, old);
      else if (kind === undefined) gone = await deleteOld(client, walked, old);
      else gone = await deleteSuperseded(client, walked, kind, old);
    }
    return { looked: rows.length, gone, place: [last.uuid, 0] };
  };
}

const idsOf = (records: readonly OldRecord[]) => records.map(({ uuid }) => uuid);

/** The condition that one of the records `$2` is still past its retention. */
const GOES = `uuid = any ($2::text[]) and ${IS_OLD}`;

async function count(
  client: pg.ClientBase,
  { table, days }: Walked,
  kind: FleetKind | undefined,
  old: readonly OldRecord[],
): Promise<number> {
  const superseded = kind === undefined ? '' : `and ${isSuperseded(kind, `old.${kind.owner}`)}`;
  const { rows } = await inTransaction(client, () =>
    client.query<{ gone: number }>(`select count(*)::int as gone from ${table} as old where ${GOES} ${superseded}`, [
      days,
      idsOf(old),
    ]),
  );
  return rows[0]?.gone ?? 0;
}

async function deleteOld(client: pg.ClientBase, { table, days }: Walked, old: readonly OldRecord[]): Promise<number> {
  const deleted = await inTransaction(client, () =>
    client.query(`delete from ${table} where ${GOES}`, [days, idsOf(old)]),
  );
  return deleted.rowCount ?? 0;
}

/** Deletes installations that are past their retention, unless their owners run them now. */
async function deleteSuperseded(
  client: pg.ClientBase,
  { days }: Walked,
  kind: FleetKind,
  old: readonly OldRecord[],
): Promise<number> {
  const { name: table, owner } = kind;
  const ids = idsOf(old);
  const goes = `${GOES} and ${isSuperseded(kind, `old.${owner}`)}`;
  if (!isDistributed(client)) {
    return await inTransaction(client, async () => {
      // No owner's current installation changes until this batch is done; a new installation does no harm.
      const owners = [...new Set(old.map((record) => record.owner))];
      await client.query(`select uuid from ${table} where ${owner} = any ($1) order by uuid for update`, [owners]);
      const deleted = await client.query(`delete from ${table} as old where ${goes}`, [days, ids]);
      return deleted.rowCount ?? 0;
    });
  }
  const { rows } = await inTransaction(client, () =>
    client.query<{ owner: string }>(`select distinct ${owner} as owner from ${table} as old where ${goes}`, [
      days,
      ids,
    ]),
  );
  const owners = rows.map((row) => row.owner);
  return await forEachOwner(client, owners, async (one) => {
    await client.query(`select uuid from ${table} where ${owner} = $1::text order by uuid for update`, [one]);
    const deleted = await client.query(
      `delete from ${table} as old where ${owner} = $3::text and ${GOES} and ${isSuperseded(kind, '$3::text')}`,
      [days, ids, one],
    );
    return deleted.rowCount ?? 0;
  });
}

/**
 * The condition that the owner of the installation `old` now runs another one of the same product. The rule is the
 * domain's (`effectiveDate`, `compareRanks`).
 *
 * @param theirs the owner, as SQL
 */
function isSuperseded({ name, owner, firstUsed }: FleetKind, theirs: string): string {
  const since = (alias: string) =>
    effectiveDateSql(representable(`${alias}.${firstUsed}`), representable(`${alias}.created`));
  const rank = (alias: string) =>
    `(${since(alias)}, ${alias}.app_version collate "C", ${representable(`${alias}.created`)}, ${alias}.uuid collate "C")`;
  return `exists (
    select from ${name} as later
     where later.${owner} = ${theirs} and later.app_product collate "C" = old.app_product collate "C"
       and ${since('later')} <= ${NOW} and ${rank('later')} > ${rank('old')})`;
}
