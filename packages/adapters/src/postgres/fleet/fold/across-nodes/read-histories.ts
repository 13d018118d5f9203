import type pg from 'pg';
import { representable } from '../../../records/representable-date.js';
import type { FleetKind } from '../../fleet-kinds.js';
import { costOf, shortened } from '../../long-texts.js';
import { type RecordRow, STATE_COST } from '../histories-statement.js';
import { repeatsVersion } from '../ordinary-histories.js';
import type { ReadLimits } from '../read-limits.js';

/** The cost of a record besides its texts, in bytes: the names of its columns come with it. */
const RECORD_COST = 600;

/** The histories of the first owners asked for: how many depends on how much they have. */
export interface HistoriesRead {
  readonly owners: readonly string[];
  readonly records: readonly RecordRow[];
  /** True if `owners` is a single one with too much data to read. */
  readonly isTooLarge: boolean;
}

/** Which earlier states to read: as in `readOrdinary`, passing ones (migration 0012) rarely matter. */
const LASTING = 'r.passing is not true';
const ALL = 'true';

/**
 * Reads owners' records and earlier states from the nodes of a distributed database.
 *
 * The nodes have no snapshot in common. So one statement reads all that an owner has, which one node keeps: it is as it was
 * at one moment. The record itself is in the place of its location, because it may have changed by the time it is copied.
 */
export async function readHistories(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  limits: ReadLimits,
): Promise<HistoriesRead> {
  const lasting = await readFirst(client, kind, owners, limits, LASTING);
  const isAmbiguous = new Set(lasting.records.filter(repeatsVersion).map(([owner]) => owner));
  const ambiguous = lasting.owners.filter((owner) => isAmbiguous.has(owner));
  if (ambiguous.length === 0) return lasting;
  const all = await readFirst(client, kind, ambiguous, limits, ALL);
  // Owners before the next ambiguous one are complete.
  const next = all.isTooLarge ? all.owners[0] : ambiguous[all.owners.length];
  const complete = next === undefined ? lasting.owners : lasting.owners.slice(0, lasting.owners.indexOf(next));
  if (complete.length === 0) return all;
  const isComplete = new Set(complete);
  const others = lasting.records.filter(([owner]) => !isAmbiguous.has(owner));
  const records = [...others, ...all.records].filter(([owner]) => isComplete.has(owner));
  return { owners: complete, records, isTooLarge: false };
}

async function readFirst(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  limits: ReadLimits,
  states: string,
): Promise<HistoriesRead> {
  const sizes = await measure(client, kind, owners, states);
  const total = { records: 0, cost: 0 };
  const first: string[] = [];
  for (const owner of owners) {
    const { records = 0, cost = 0 } = sizes.get(owner) ?? {};
    total.records += records;
    total.cost += cost;
    const isTooMuch = total.records > limits.records || total.cost > limits.together || cost > limits.cost;
    if (isTooMuch && first.length > 0) break;
    if (cost > limits.cost) return { owners: [owner], records: [], isTooLarge: true };
    first.push(owner);
  }
  const { rows } = await client.query<RecordRow>({
    text: historiesStatement(kind, states),
    values: [first],
    rowMode: 'array',
  });
  return { owners: first, records: rows, isTooLarge: false };
}

/** Returns how many records owners have, and what all that would be read of them costs, in bytes. */
async function measure(
  client: pg.ClientBase,
  { name, revisions, owner, textColumns }: FleetKind,
  owners: readonly string[],
  states: string,
): Promise<ReadonlyMap<string, { readonly records: number; readonly cost: number }>> {
  const texts = textColumns.map((column) => `octet_length(m.${column})`).join(' + ');
  const ofState = `${STATE_COST} + ${costOf('r.app_product')} + ${costOf('r.app_version')}`;
  const { rows } = await client.query<{ owner: string; records: number; cost: number }>(
    `select owner, count(*)::integer as records, sum(cost)::float8 as cost from (
       select m.${owner} as owner, ${RECORD_COST} + ${texts} + coalesce((
                select sum(${ofState}) from ${revisions} as r
                 where r.${owner} = m.${owner} and r.uuid = m.uuid and ${states}
              ), 0) as cost
         from ${name} as m where m.${owner} = any ($1::varchar[])
     ) as sized group by owner`,
    [owners],
  );
  return new Map(rows.map((row) => [row.owner, row]));
}

function historiesStatement({ name, revisions, owner, firstUsed, columns }: FleetKind, states: string): string {
  const [first, created, modified] = [firstUsed, 'created', 'modified'].map((column) => representable(`m.${column}`));
  const record = columns.map((column) => `'${column}', m.${column}`).join();
  return `
    select m.${owner}, json_build_object(${record})::text, m.uuid, nullif(${first}, ${created}), ${created}, nullif(${modified}, ${created}),
           ${shortened('m.app_product')}, ${shortened('m.app_version')}, (
             select json_agg(json_build_array(${representable('r.modified')}, ${shortened('r.app_product')}, ${shortened('r.app_version')},
                                              ${representable('r.created')}) order by r.number)
               from ${revisions} as r where r.${owner} = m.${owner} and r.uuid = m.uuid and ${states}
           )
      from ${name} as m where m.${owner} = any ($1::varchar[])`;
}
