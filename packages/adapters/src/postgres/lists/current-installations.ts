import { type CurrentRecords, type Device, effectiveDate } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import type { Reads } from '../reads/reads.js';
import { effectiveDateSql } from '../records/effective-date.js';
import type { InstallationMapping } from '../records/installation-repository.js';
import { readableColumns } from '../records/record-table.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';
import { arrayLiteral } from '../statements/array-literal.js';
import { ownersQuery } from './owners-query.js';
import { fitting, type ListKey } from './read-page.js';
import { sizeOfTexts } from './record-list.js';

/** More than anyone has; the rest count as omitted. */
const MOST = 1_000;

interface VersionAt {
  /** When the present version replaced another; null if the record never had another. */
  readonly version_at: string | null;
}

/**
 * Finds what an owner runs now. The rule is the domain's (`effectiveDate`, `compareRanks`, `versionSince`), repeated in SQL
 * because an owner may have any number of installations, with any number of states of a megabyte each.
 */
export function findCurrent<Row extends { readonly uuid: string }, D extends Device>(
  reads: Reads,
  { table, toEntity, firstUsed: date }: InstallationMapping<Row, D>,
): (ownerId: string) => Promise<CurrentRecords<D>> {
  const present = sql.table(table.name);
  const kept = sql.table(`${table.name}_revision`);
  const owner = sql.ref(table.owner);
  const since = sql.raw(effectiveDateSql(date, 'created'));
  const takes = { ownerId: 'text', ids: 'text' } as const;
  const readCurrent = ownersQuery<{ readonly ownerId: string; readonly ids: string }, Row & VersionAt>(
    `${table.name}.current`,
    takes,
    (value) => sql`
      select ${readableColumns(table, 'stored')}, case when other.number is not null then
          coalesce((
            select modified from ${kept} where ${owner} = ${value('ownerId')} and uuid = stored.uuid and number > other.number
            order by number limit 1
          ), stored.modified)
        end::text as version_at
      from ${present} as stored left join lateral (
        select number from ${kept} as state
        where state.${owner} = ${value('ownerId')} and state.uuid = stored.uuid
          and state.app_version collate "C" <> stored.app_version collate "C"
        order by number desc limit 1
      ) as other on true
      where stored.uuid = any (${value('ids')}::text[]) and stored.${owner} = ${value('ownerId')}`,
  );

  return (ownerId) =>
    reads.run(`${table.name}.current`, async ({ db, asOf }) => {
      const { rows: keys } = await sql<ListKey & { readonly all: number }>`
        select uuid, size, (count(*) over ())::integer as all from (
          select distinct on (app_product collate "C") uuid, size, app_product, since from (
            select uuid, app_product, app_version, created, ${sizeOfTexts(table)} as size,
              ${since} as since
            from ${present} where ${owner} = ${ownerId}
          ) as owned
          where since <= ${timestampText(asOf)}::timestamp
          order by app_product collate "C", since desc, app_version collate "C" desc, created desc, uuid collate "C" desc
        ) as current
        order by since desc, app_product collate "C" limit ${MOST}
      `.execute(db);
      const shown = keys.slice(0, fitting(keys));
      const ids = shown.map(({ uuid }) => uuid);
      const rows = await readCurrent(db, { ownerId, ids: arrayLiteral(ids, (id) => id) });
      const byId = new Map(rows.map((row) => [row.uuid, row]));
      const current = ids.flatMap((id) => {
        const row = byId.get(id);
        if (row === undefined) return [];
        const installation = toEntity(row);
        const since = effectiveDate({ firstUsed: installation.firstUsed.instant, created: installation.audit.created });
        return [{ installation, since, versionSince: row.version_at === null ? since : instantOf(row.version_at) }];
      });
      return { current, omitted: (keys[0]?.all ?? 0) - shown.length, asOf };
    });
}
