import { representable } from '../../records/representable-date.js';
import type { FleetKind } from '../fleet-kinds.js';
import { costOf, shortened } from '../long-texts.js';

/** The cost of a state besides its texts, in bytes. */
export const STATE_COST = 100;

/**
 * First use and modified are null where they are equal to created. Only the statement below says whether all rows so far cost
 * too much. `place` is the location of the row, or the record itself (`readHistories`).
 */
export type RecordRow = [
  owner: string,
  place: string,
  uuid: string,
  firstUsed: string | null,
  created: string,
  modified: string | null,
  product: string,
  version: string,
  earlier: readonly StateRow[] | null,
  costTooMuch?: boolean,
];
export type StateRow = [modified: string, product: string, version: string, created: string];

/**
 * The statement that reads whole histories, for texts of any length.
 *
 * It ends with the first row that exceeds the cost: neither one value nor all rows together can outgrow the memory.
 */
export function historiesStatement(
  { name, revisions, owner, firstUsed }: FleetKind,
  cost: number,
  limit: string,
): string {
  const costOfState = (state: string) =>
    `${STATE_COST} + ${costOf(`${state}.app_product`)} + ${costOf(`${state}.app_version`)}`;
  // `offset 0` pins the plan: a look-up in an index for each. One scan of an index for all ids costs less, but loses their
  // order. Few records have earlier states, so only these are gathered.
  return `
    with stored as materialized (
      select row_number() over () as number, wanted.owner, m.place, m.uuid, ${representable(`m.${firstUsed}`)} as first_used,
             ${representable('m.created')} as created, ${representable('m.modified')} as modified,
             ${shortened('m.app_product')} as app_product, ${shortened('m.app_version')} as app_version,
             ${costOfState('m')} as cost
        from unnest($1::varchar[]) as wanted (owner)
       cross join lateral (select *, ctid as place from ${name} where ${owner} = wanted.owner offset 0) as m ${limit}
    ),
    earlier as materialized (
      select r.uuid, max(r.cost) as cost,
             json_agg(json_build_array(${representable('r.modified')}, ${shortened('r.app_product')}, ${shortened('r.app_version')},
                                       ${representable('r.created')}) order by r.number) filter (where r.cost <= ${cost}) as states
        from (select s.*, sum(${costOfState('s')}) over (partition by uuid order by number) as cost
                from ${revisions} as s where uuid = any (array(select uuid from stored))) as r
       group by r.uuid
    )
    select owner, place, uuid, nullif(first_used, created), created, nullif(modified, created), app_product, app_version, states,
           total > ${cost} from (
      select *, sum(whole_cost) over (order by number rows unbounded preceding) as total
        from (select stored.*, earlier.states, stored.cost + coalesce(earlier.cost, 0)::float8 as whole_cost
                from stored left join earlier on earlier.uuid = stored.uuid) as histories
    ) as counted where total - whole_cost <= ${cost} order by number`;
}
