import type pg from 'pg';
import { openClient } from '../../connections/open-client.js';
import { NO_LIMITS } from '../../connections/session.js';
import type { DatabaseSettings } from '../../connections/settings.js';
import { effectiveDateSql } from '../../records/effective-date.js';
import { representable } from '../../records/representable-date.js';
import { instantOf } from '../../records/timestamp-text.js';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { readFleetState } from '../fleet-state.js';
import { parkedKind } from '../fold/park-person.js';
import { countedGroups } from '../groups.js';
import { LEDGER_OF_PEOPLE } from '../ledger.js';
import { checkReadings, countWrongReadingSums } from './check-readings.js';
import { differingPeople, settledOwners } from './differing-people.js';
import type { KindCheck } from './kind-check.js';

/** How many people of each kind are recomputed. */
const SAMPLE = 1_000;

/** The result of checking the fleet's state. */
export interface FleetCheck {
  /** False before the first build has finished, and while a rebuild runs: there is nothing to check. */
  readonly isBuilt: boolean;
  readonly kinds: readonly KindCheck[];
  /** Ledger entries, groups, versions, products and sums of readings that differ from what they sum up. */
  readonly wrongSums: number;
  readonly isExact: boolean;
}

/** Compares the fleet's state with the records, in one snapshot. Reads whole tables; changes nothing. */
export async function checkFleet(settings: DatabaseSettings): Promise<FleetCheck> {
  const { client } = await openClient(settings, { limits: NO_LIMITS });
  try {
    await client.query('begin isolation level repeatable read read only');
    const { asOf, builds } = await readFleetState(client);
    if (asOf === undefined || builds.some(({ walking }) => walking)) {
      return { isBuilt: false, kinds: [], wrongSums: 0, isExact: false };
    }
    const { rows } = await client.query<{ clock: string }>('select clock from fleet_state');
    const clock = rows[0]?.clock ?? '-infinity';
    const kinds: KindCheck[] = [];
    for (const kind of FLEET_KINDS) kinds.push(await checkKind(client, kind, clock));
    kinds.push(await checkReadings(client, SAMPLE));
    const wrongSums = (await countWrongSums(client)) + (await countWrongReadingSums(client));
    const isExact = wrongSums === 0 && kinds.every((kind) => kind.expected === kind.stored && kind.differing === 0);
    return { isBuilt: true, kinds, wrongSums, isExact };
  } finally {
    await client.end();
  }
}

async function checkKind(client: pg.ClientBase, kind: FleetKind, clock: string): Promise<KindCheck> {
  const { name, current, owner, firstUsed } = kind;
  const since = effectiveDateSql(representable(`m.${firstUsed}`), representable('m.created'));
  const settled = (alias: string) =>
    `not exists (select from unsettled u where u.owner is null) and not exists (select from unsettled u where u.owner = ${alias}.${owner})`;
  const { rows } = await client.query<{ expected: number; stored: number }>(
    `with unsettled as materialized (
       select owner from fleet_queue where kind = $1
       union select owner from fleet_person where kind = $1 and due <= $2 or kind = $3
     )
     select (select count(*)::int from (
               select distinct m.${owner}, m.app_product from ${name} m
                where ${since} <= $2
                  and ${settled('m')}) as people) as expected,
            (select count(*)::int from ${current} c where ${settled('c')}) as stored`,
    [name, clock, parkedKind(kind)],
  );
  // Half from the records, half from the stored state.
  const sample = await client.query<{ owner: string }>(
    `(select owner from (select distinct ${owner} as owner from ${name}) as people order by random() limit $1)
     union
     (select ${owner} from ${current} order by random() limit $1)`,
    [SAMPLE / 2],
  );
  const sampled = sample.rows.map((row) => row.owner);
  const owners = await settledOwners(client, kind, sampled, clock);
  const differing = await differingPeople(client, kind, owners, instantOf(clock));
  return { kind: name, unit: 'people', expected: 0, stored: 0, ...rows[0], recomputed: owners.length, differing };
}

/** Recomputes the sums: for each ledger entry, each group, each current version and each product. */
async function countWrongSums(client: pg.ClientBase): Promise<number> {
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
