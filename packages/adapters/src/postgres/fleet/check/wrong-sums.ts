import type pg from 'pg';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { countedGroups } from '../groups.js';
import { LEDGER_OF_PEOPLE } from '../ledger.js';

/** Recomputes the sums: for each ledger entry, each group, each current version and each product. */
export async function countWrongSums(client: pg.ClientBase): Promise<number> {
  const now = FLEET_KINDS.map(
    ({ name, current }) =>
      `select '${name}' as kind, sha256(convert_to(app_product, 'UTF8')) as product, sha256(convert_to(app_version, 'UTF8')) as version,
              installations, clock_suspect from ${current}`,
  ).join(' union all ');
  const { rows } = await client.query<{ wrong: number }>(
    `with now as materialized (${now}),
     shares as (${LEDGER_OF_PEOPLE}),
     entries as (
       select from shares full join fleet_ledger as l using (version, span)
        where (l.people, l.changes) is distinct from (shares.people, shares.changes)
     ),
     wrong_groups as (${FLEET_KINDS.map(wrongGroups).join(' union all ')}),
     running as (
       select kind, product, version, count(*) as people from now group by kind, product, version
     ),
     counted as (select version, sum(people) as people from fleet_ledger group by version),
     versions as (
       select from fleet_version as v join fleet_product as p on p.id = v.product
         left join running as r on r.kind = p.kind and r.product = p.digest and r.version = v.digest
         left join counted as c on c.version = v.id
        where v.kind_of_version = 'version' and coalesce(r.people, 0) <> coalesce(c.people, 0)
     ),
     sums as (
       select kind, product, count(*) as people, sum(installations) as installations, sum(clock_suspect) as clock_suspect
         from now group by kind, product
     ),
     products as (
       select from sums full join fleet_product as p on p.kind = sums.kind and p.digest = sums.product
        where (coalesce(sums.people, 0), coalesce(sums.installations, 0), coalesce(sums.clock_suspect, 0))
              is distinct from (p.people, p.installations, p.clock_suspect)
           or p.people <> (select coalesce(sum(c.people), 0) from counted as c join fleet_version as v on v.id = c.version
                            where v.product = p.id)
     )
     select ((select count(*) from wrong_groups) + (select count(*) from entries) + (select count(*) from versions) + (select count(*) from products))::int as wrong`,
  );
  return rows[0]?.wrong ?? 0;
}

function wrongGroups(kind: FleetKind): string {
  const texts = (row: string) => kind.texts.map((text) => `${row}.${text}`).join();
  return `select from (${countedGroups(kind)}) as right_ones full join ${kind.groups} as g using (digest)
    where (g.people, ${texts('g')}) is distinct from (right_ones.people, ${texts('right_ones')})`;
}
