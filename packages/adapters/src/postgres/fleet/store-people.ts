import type pg from 'pg';
import { timestampText } from '../records/timestamp-text.js';
import { arrayLiteral } from '../statements/array-literal.js';
import type { FleetKind } from './fleet-kinds.js';
import { digestOf, shortened } from './long-texts.js';
import { parkedKind } from './park-person.js';
import type { PeopleRead, Person } from './read-people.js';
import type { VersionNumbers } from './version-numbers.js';

/** More than the days of ten thousand years. */
const DAYS = 8_000_000;

/**
 * A transaction's changes to the sums: the ledger and the products. They are collected until the end, because many people
 * change the same entries.
 */
export class SumChanges {
  readonly #ledger = new Map<number, { readonly version: number; readonly day: number; people: number }>();
  readonly #products = new Map<string, [people: number, installations: number, clockSuspect: number]>();

  addToLedger(version: number, day: number, people: number): void {
    const key = version * DAYS + day;
    const entry = this.#ledger.get(key);
    if (entry === undefined) this.#ledger.set(key, { version, day, people });
    else entry.people += people;
  }

  addToProduct(product: string, people: number, installations: number, clockSuspect: number): void {
    const sums = this.#products.get(product) ?? [0, 0, 0];
    this.#products.set(product, [sums[0] + people, sums[1] + installations, sums[2] + clockSuspect]);
  }

  async store(client: pg.ClientBase, kind: FleetKind): Promise<void> {
    await this.#storeLedger(client);
    await this.#storeProducts(client, kind);
  }

  async #storeLedger(client: pg.ClientBase): Promise<void> {
    const changed = [...this.#ledger.values()].filter(({ people }) => people !== 0);
    if (changed.length === 0) return;
    const { rows } = await client.query<{ version: number; day: string }>(
      `with changed as (
         insert into fleet_ledger as l (version, day, people)
           select version, date '1970-01-01' + day, people
             from unnest($1::int[], $2::int[], $3::int[]) as change(version, day, people)
           on conflict (version, day) do update set people = l.people + excluded.people
           returning version, day, people
       )
       select version, day from changed where people = 0`,
      (['version', 'day', 'people'] as const).map((column) => arrayLiteral(changed, (entry) => entry[column])),
    );
    if (rows.length === 0) return;
    await client.query(
      `delete from fleet_ledger l using unnest($1::int[], $2::date[]) as empty(version, day)
        where l.version = empty.version and l.day = empty.day`,
      [rows.map(({ version }) => version), rows.map(({ day }) => day)],
    );
  }

  async #storeProducts(client: pg.ClientBase, kind: FleetKind): Promise<void> {
    const changed = [...this.#products].filter(([, sums]) => sums.some((sum) => sum !== 0));
    if (changed.length === 0) return;
    await client.query(
      `update fleet_product p set people = p.people + change.people, installations = p.installations + change.installations,
              clock_suspect = p.clock_suspect + change.clock_suspect
         from unnest($2::varchar[], $3::int[], $4::int[], $5::int[]) as change(product, people, installations, clock_suspect)
        where p.kind = $1 and p.digest = ${digestOf('change.product')}`,
      [
        kind.name,
        changed.map(([product]) => product),
        ...[0, 1, 2].map((place) => changed.map(([, sums]) => sums[place])),
      ],
    );
  }
}

/**
 * Replaces people's stored state with the state just read, and collects the changes to the sums. A person who was read
 * and has no records is removed.
 */
export async function storePeople(
  client: pg.ClientBase,
  kind: FleetKind,
  { owners, people }: PeopleRead,
  numbers: VersionNumbers,
  sums: SumChanges,
): Promise<void> {
  const changes = people.flatMap(({ timeline }) => timeline.changes);
  await numbers.learn(client, changes);
  await removePeople(client, kind, owners, sums);
  await removeCurrent(client, kind, owners, sums);
  for (const change of changes) sums.addToLedger(numbers.of(change), change.day, change.people);
  for (const { current } of people) {
    for (const { appProduct, installations, clockSuspect } of current) {
      sums.addToProduct(appProduct, 1, installations, clockSuspect);
    }
  }
  await insertPeople(client, kind, people, numbers);
  await insertCurrent(client, kind, people);
}

// `cross join lateral (… offset 0)` pins the plan: one descent of the owner's index for each, whatever the planner believes
// about tables that are just filling.

async function removePeople(
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
  const { rows } = await client.query<Record<'people' | 'installations' | 'suspect', number> & { product: string }>(
    `with gone as (
       delete from ${kind.current} where ctid = any (array(
         select found.ctid from unnest($1::varchar[]) as wanted (owner)
           cross join lateral (select ctid from ${kind.current} c where c.${kind.owner} = wanted.owner offset 0) as found
       )) returning ${shortened('app_product')} as product, installations, clock_suspect
     )
     select product, count(*)::integer as people, sum(installations)::integer as installations,
            sum(clock_suspect)::integer as suspect
       from gone group by product`,
    [owners],
  );
  for (const { product, people, installations, suspect } of rows) {
    sums.addToProduct(product, -people, -installations, -suspect);
  }
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

/** Copies the records within the database, so their texts need not travel. */
async function insertCurrent(client: pg.ClientBase, kind: FleetKind, people: readonly Person[]): Promise<void> {
  const current = people.flatMap((person) => person.current);
  if (current.length === 0) return;
  await client.query(
    `insert into ${kind.current} (${kind.columns.join()}, since, version_since, last_seen, installations, clock_suspect)
       select ${kind.columns.map((column) => `m.${column}`).join()}, since, version_since, last_seen, installations, clock_suspect
         from unnest($1::varchar[], $2::timestamp[], $3::timestamp[], $4::timestamp[], $5::int[], $6::int[])
              as now(uuid, since, version_since, last_seen, installations, clock_suspect)
         cross join lateral (select * from ${kind.name} where uuid = now.uuid limit 1) as m`,
    [
      arrayLiteral(current, ({ history }) => history.id),
      arrayLiteral(current, ({ since }) => timestampText(since)),
      arrayLiteral(current, ({ versionSince }) => timestampText(versionSince)),
      arrayLiteral(current, ({ lastSeen }) => timestampText(lastSeen)),
      arrayLiteral(current, ({ installations }) => installations),
      arrayLiteral(current, ({ clockSuspect }) => clockSuspect),
    ],
  );
}
