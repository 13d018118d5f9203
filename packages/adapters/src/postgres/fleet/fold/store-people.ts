import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { INDEXED } from '../../records/indexed-text.js';
import { timestampText } from '../../records/timestamp-text.js';
import { arrayLiteral } from '../../statements/array-literal.js';
import type { FleetKind } from '../fleet-kinds.js';
import { areCounted, digestOfTexts } from '../groups.js';
import { shortened } from '../long-texts.js';
import type { Person } from './derive-people.js';
import { parkedKind } from './park-person.js';
import type { SumChanges } from './sum-changes.js';
import type { VersionNumbers } from './version-numbers.js';

/**
 * Replaces people's stored state with the state just read, and collects the changes to the sums.
 *
 * @param owners all who were read: those who have no records are removed
 */
export async function storePeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  people: readonly Person[],
  numbers: VersionNumbers,
  sums: SumChanges,
): Promise<void> {
  const changes = people.flatMap(({ timeline }) => timeline.changes);
  await numbers.learn(client, [...changes, ...people.flatMap(({ current }) => current)]);
  for (const change of changes) sums.addToLedger(numbers.of(change), change.day, change.people);
  for (const { current } of people) {
    for (const { appProduct, installations, clockSuspect } of current) {
      sums.addToProduct(appProduct, 1, installations, clockSuspect);
    }
  }
  // Sent at once, run one after the other.
  await Promise.all([
    removePeople(client, kind, owners, sums),
    removeCurrent(client, kind, owners, sums),
    insertPeople(client, kind, people, numbers),
    insertCurrent(client, kind, people, numbers),
  ]);
}

// `cross join lateral (… offset 0)` pins the plan: one descent of the owner's index for each, whatever the planner believes
// about tables that are just filling.

/** Removes the days on which people changed versions, and collects what that takes from the ledger. */
export async function removePeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  sums: SumChanges,
): Promise<void> {
  const { rows } = await client.query<{ version: number; day: number; people: number }>(
    `with gone as (
       delete from fleet_person where ctid = any (array(
         select found.ctid from unnest($2::varchar[]) as wanted (owner)
           cross join lateral (select ctid from fleet_person p where p.owner = wanted.owner and p.kind in ($1, $3) offset 0) as found
       )) returning days, versions
     )
     select abs(version) as version, day - date '1970-01-01' as day, -sum(sign(version))::integer as people
       from gone cross join unnest(versions, days) as change(version, day) group by abs(version), day`,
    [kind.name, owners, parkedKind(kind)],
  );
  for (const { version, day, people } of rows) sums.addToLedger(version, day, people);
}

async function removeCurrent(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  sums: SumChanges,
): Promise<void> {
  const { rows } = await client.query<
    Record<'people' | 'installations' | 'suspect', number> & { product: string; emptied: readonly string[] | null }
  >(
    `with gone as (
       delete from ${kind.current} where ctid = any (array(
         select found.ctid from unnest($1::varchar[]) as wanted (owner)
           cross join lateral (select ctid from ${kind.current} c where c.${kind.owner} = wanted.owner offset 0) as found
       )) returning ${kind.texts.join()}, ${shortened('app_product')} as product, installations, clock_suspect
     ),
     fewer as (
       select ${digestOfTexts(kind)} as digest, count(*)::integer as people from gone where ${areCounted(kind)} group by 1
     ),
     counted as (
       update ${kind.groups} g set people = g.people - fewer.people from fewer where g.digest = fewer.digest
       returning encode(g.digest, 'hex') as digest, g.people
     )
     select product, count(*)::integer as people, sum(installations)::integer as installations,
            sum(clock_suspect)::integer as suspect, (select array_agg(digest) from counted where people = 0) as emptied
       from gone group by product`,
    [owners],
  );
  for (const { product, people, installations, suspect } of rows) {
    sums.addToProduct(product, -people, -installations, -suspect);
  }
  sums.noteEmptied(rows[0]?.emptied ?? []);
}

async function insertPeople(
  client: pg.ClientBase,
  { name }: FleetKind,
  people: readonly Person[],
  numbers: VersionNumbers,
): Promise<void> {
  const kept = people.filter(({ timeline: { changes, due } }) => changes.length > 0 || due !== undefined);
  if (kept.length === 0) return;
  const versions = kept.map(({ timeline }) => timeline.changes.map((change) => change.people * numbers.of(change)));
  await client.query(
    `insert into fleet_person (kind, owner, days, versions, due)
       select $1, owner, array(select date '1970-01-01' + day from unnest(days::int[]) as day), versions::int[], due
         from unnest($2::varchar[], $3::text[], $4::text[], $5::timestamp[]) as person(owner, days, versions, due)`,
    [
      name,
      arrayLiteral(kept, ({ owner }) => owner),
      arrayLiteral(kept, ({ timeline }) => `{${timeline.changes.map(({ day }) => day).join()}}`),
      arrayLiteral(versions, (theirs) => `{${theirs.join()}}`),
      arrayLiteral(kept, ({ timeline: { due } }) => due && timestampText(due)),
    ],
  );
}

/** Copies the records within the database, so their texts need not travel; from other nodes, they have. */
async function insertCurrent(
  client: pg.ClientBase,
  kind: FleetKind,
  people: readonly Person[],
  numbers: VersionNumbers,
): Promise<void> {
  const current = people.flatMap((person) => person.current);
  if (current.length === 0) return;
  const [type, record] = isDistributed(client)
    ? ['json', `(select ${kind.columns.join()} from json_populate_record(null::${kind.current}, now.place))`]
    : ['tid', `(select * from ${kind.name} where ctid = now.place offset 0)`];
  await client.query(
    `with placed as (
       insert into ${kind.current} (${kind.columns.join()}, since, version_since, last_seen, installations, clock_suspect, version, system)
       select ${kind.columns.map((column) => `m.${column}`).join()}, since, version_since, last_seen, installations, clock_suspect,
              version, left(m.${kind.systemVersion}, ${INDEXED})
         from unnest($1::${type}[], $2::timestamp[], $3::timestamp[], $4::timestamp[], $5::int[], $6::int[], $7::int[])
              as now(place, since, version_since, last_seen, installations, clock_suspect, version)
         cross join lateral ${record} as m
       returning ${kind.texts.join()}
     )
     insert into ${kind.groups} as g (digest, ${kind.texts.join()}, people)
       select ${digestOfTexts(kind)}, ${kind.texts.join()}, count(*) from placed where ${areCounted(kind)}
        group by ${kind.texts.join()}
       on conflict (digest) do update set people = g.people + excluded.people`,
    [
      arrayLiteral(current, ({ history }) => history.place),
      arrayLiteral(current, ({ since }) => timestampText(since)),
      arrayLiteral(current, ({ versionSince }) => timestampText(versionSince)),
      arrayLiteral(current, ({ lastSeen }) => timestampText(lastSeen)),
      arrayLiteral(current, ({ installations }) => installations),
      arrayLiteral(current, ({ clockSuspect }) => clockSuspect),
      arrayLiteral(current, (each) => numbers.of(each)),
    ],
  );
}
