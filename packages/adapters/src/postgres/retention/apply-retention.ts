import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { FLEET_KINDS } from '../fleet/fleet-kinds.js';
import { effectiveDateSql } from '../records/effective-date.js';
import { representable } from '../records/representable-date.js';
import { BLOOD_GLUCOSE_METER, RECORD_TABLES } from '../tables.js';

/** What to delete. */
export interface RetentionRequest {
  /** Deletes records last modified at least this many days ago; absent: none. */
  readonly recordsOlderThan?: number | undefined;
  /** Deletes states overwritten at least this many days ago; absent: only those of deleted records. */
  readonly revisionsOlderThan?: number | undefined;
  /** The tables of the records. */
  readonly tables: readonly RetentionTable[];
  /** Whether to count only, and delete nothing. */
  readonly dryRun: boolean;
}

export type RetentionTable = 'mobile' | 'desktop' | 'blood_glucose_meter';

/** How far a walk through a table has come. */
export interface RetentionProgress {
  readonly table: RetentionTable;
  readonly what: 'records' | 'revisions';
  readonly looked: number;
  readonly gone: number;
  /** The last id read. */
  readonly place: string;
  readonly isLast: boolean;
}

/** How many rows one short transaction reads. */
const BATCH = 1_000;
/** How long to wait for a lock, in milliseconds, before trying again. */
const LOCK_WAIT = 1_000;
const MOST_ATTEMPTS = 60;

/**
 * Deletes what is past its retention, batch by batch in the order of the ids. Each batch is a short transaction, so writers
 * wait for milliseconds, and an interrupted run can simply be started again. An installation that its owner runs now
 * stays, however old it is. Triggers delete a record's revisions with it.
 *
 * @param onBatch called after each batch
 */
export async function applyRetention(
  settings: DatabaseSettings,
  { recordsOlderThan, revisionsOlderThan, tables, dryRun }: RetentionRequest,
  onBatch: (progress: RetentionProgress) => void,
): Promise<void> {
  const { client } = await openClient(settings, { limits: NO_LIMITS });
  try {
    for (const table of tables) {
      const report = (what: RetentionProgress['what']) => (batch: Batch) => onBatch({ table, what, ...batch });
      if (recordsOlderThan !== undefined) {
        const records = recordBatch(client, table, recordsOlderThan, dryRun);
        await walk(client, records, report('records'));
      }
      if (revisionsOlderThan !== undefined) {
        const revisions = revisionBatch(client, table, revisionsOlderThan, dryRun);
        await walk(client, revisions, report('revisions'));
      }
    }
  } finally {
    await client.end();
  }
}

type Batch = Pick<RetentionProgress, 'looked' | 'gone' | 'place' | 'isLast'>;

/** Where a batch ended, and how much it found; undefined if it was empty. */
interface Step {
  readonly looked: number;
  readonly gone: number;
  readonly place: readonly [uuid: string, number: number];
}

async function walk(
  client: pg.ClientBase,
  step: (after: Step['place'] | undefined) => Promise<Step | undefined>,
  report: (batch: Batch) => void,
): Promise<void> {
  let [looked, gone] = [0, 0];
  let after: Step['place'] | undefined;
  for (let isLast = false; !isLast; ) {
    const made = await inTransaction(client, () => step(after));
    looked += made?.looked ?? 0;
    gone += made?.gone ?? 0;
    after = made?.place ?? after;
    isLast = made === undefined || made.looked < BATCH;
    report({ looked, gone, place: after?.[0] ?? '', isLast });
  }
}

/** Runs a batch; after a lock timeout or a deadlock it rolls back and retries. */
async function inTransaction<Result>(client: pg.ClientBase, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`begin; set local lock_timeout = ${LOCK_WAIT}; set local statement_timeout = 60000`);
      const result = await work();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const code = (error as { readonly code?: unknown }).code;
      if ((code !== '55P03' && code !== '40P01') || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

function recordBatch(
  client: pg.ClientBase,
  table: RetentionTable,
  days: number,
  dryRun: boolean,
): (after: Step['place'] | undefined) => Promise<Step | undefined> {
  const { owner } = RECORD_TABLES.find(({ name }) => name === table) ?? BLOOD_GLUCOSE_METER;
  const isOld = `${representable('modified')} < (clock_timestamp() at time zone 'UTC') - make_interval(days => $1::int)`;
  return async (after) => {
    const { rows } = await client.query<{ uuid: string; owner: string; is_old: boolean }>(
      `select uuid, ${owner} as owner, ${isOld} as is_old from ${table}
        where ${after ? 'uuid > $2' : '$2::text is null'} order by uuid limit ${BATCH}`,
      [days, after?.[0] ?? null],
    );
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const old = rows.filter(({ is_old }) => is_old);
    const ids = old.map(({ uuid }) => uuid);
    const owners = [...new Set(old.map((row) => row.owner))];
    const gone = ids.length === 0 ? 0 : await deleteRecords(client, table, { ids, owners, days, isOld, dryRun });
    return { looked: rows.length, gone, place: [last.uuid, 0] };
  };
}

interface OldRecords {
  readonly ids: readonly string[];
  readonly owners: readonly string[];
  readonly days: number;
  readonly isOld: string;
  readonly dryRun: boolean;
}

async function deleteRecords(
  client: pg.ClientBase,
  table: RetentionTable,
  { ids, owners, days, isOld, dryRun }: OldRecords,
): Promise<number> {
  const kind = FLEET_KINDS.find(({ name }) => name === table);
  if (kind !== undefined && !dryRun) {
    // No owner's current installation changes until this batch is done; a new installation does no harm.
    await client.query(`select from ${table} where ${kind.owner} = any ($1) order by uuid for update`, [owners]);
  }
  const goes = `uuid = any ($2) and ${isOld} ${kind === undefined ? '' : `and ${isSuperseded(table, kind)}`}`;
  const { rows } = await client.query<{ gone: number }>(
    dryRun
      ? `select count(*)::int as gone from ${table} as old where ${goes}`
      : `with gone as (delete from ${table} as old where ${goes} returning 1) select count(*)::int as gone from gone`,
    [days, ids],
  );
  return rows[0]?.gone ?? 0;
}

/**
 * The condition that the owner of the installation `old` now runs another one of the same product. The rule is the
 * domain's (`effectiveDate`, `compareRanks`).
 */
function isSuperseded(table: string, { owner, firstUsed }: (typeof FLEET_KINDS)[number]): string {
  const since = (alias: string) =>
    effectiveDateSql(representable(`${alias}.${firstUsed}`), representable(`${alias}.created`));
  const rank = (alias: string) =>
    `(${since(alias)}, ${alias}.app_version collate "C", ${representable(`${alias}.created`)}, ${alias}.uuid collate "C")`;
  return `exists (
    select from ${table} as later
     where later.${owner} = old.${owner} and later.app_product collate "C" = old.app_product collate "C"
       and ${since('later')} <= clock_timestamp() at time zone 'UTC' and ${rank('later')} > ${rank('old')})`;
}

function revisionBatch(
  client: pg.ClientBase,
  table: RetentionTable,
  days: number,
  dryRun: boolean,
): (after: Step['place'] | undefined) => Promise<Step | undefined> {
  const kept = `${table}_revision`;
  const kind = FLEET_KINDS.find(({ name }) => name === table);
  const cutoff = `(clock_timestamp() at time zone 'UTC') - make_interval(days => $1::int)`;
  // Leaves no gap: a state stays while an earlier one does, which a clock that was set back may have dated later.
  const goes = `kept.replaced < ${cutoff} and not exists (
    select from ${kept} as earlier where earlier.uuid = kept.uuid and earlier.number < kept.number and earlier.replaced >= ${cutoff})`;
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
    const { rows } = await client.query<{ looked: number; gone: number; uuid: string | null; number: number | null }>(
      `with looked as materialized (
         select uuid, number from ${kept}
          where ${after ? '(uuid, number) > ($2, $3::int)' : '$2::text is null and $3::int is null'}
          order by uuid, number limit ${BATCH}
       ), gone as (${gone})${note}, last as (select uuid, number from looked order by uuid desc, number desc limit 1)
       select (select count(*)::int from looked) as looked, (select count(*)::int from gone) as gone, last.uuid, last.number
         from (values (1)) as one left join last on true`,
      [days, after?.[0] ?? null, after?.[1] ?? null],
    );
    const [row] = rows;
    if (row === undefined || row.uuid === null || row.number === null) return undefined;
    return { looked: row.looked, gone: row.gone, place: [row.uuid, row.number] };
  };
}
