import { compareInstants, type DailyChange, type Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { INDEXED } from '../../records/indexed-text.js';
import { instantOf, timestampText } from '../../records/timestamp-text.js';
import type { FleetKind } from '../fleet-kinds.js';
import { batchesBySize } from '../fold/batches-by-size.js';
import type { Person } from '../fold/derive-people.js';
import { parkedKind } from '../fold/park-person.js';
import { READ_LIMITS } from '../fold/read-limits.js';
import { type PeopleRead, readPeople } from '../fold/read-people.js';
import { digestText } from '../long-texts.js';

/** Recomputes people, and counts those whose stored state differs. */
export async function differingPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
): Promise<number> {
  let differing = 0;
  for (const batch of await batchesBySize(client, kind, owners, READ_LIMITS.batch)) {
    for (let left = batch; left.length > 0; ) {
      const read = await readPeople(client, kind, left, asOf);
      left = left.slice(read.owners.length);
      // A change that is not noted yet made them due.
      if (!read.isTooLarge) differing += await countDiffering(client, kind, read);
    }
  }
  return differing;
}

async function countDiffering(client: pg.ClientBase, kind: FleetKind, read: PeopleRead): Promise<number> {
  const people = new Map((await read.people()).map((person) => [person.owner, person]));
  const stored = await readStored(client, kind, read.owners);
  return read.owners.filter((owner) => !isSame(people.get(owner), stored.get(owner))).length;
}

/** Returns the owners whose stored state must be exact: nothing is noted, nothing is due by the clock, and they could be read. */
export async function settledOwners(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  clock: string,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ owner: string }>(
    `select owner from unnest($2::varchar[]) as asked (owner)
      where not exists (select from fleet_queue q where q.kind = $1 and (q.owner = asked.owner or q.owner is null))
        and not exists (select from fleet_person p where p.kind = $1 and p.owner = asked.owner and p.due <= $3)
        and not exists (select from fleet_person p where p.kind = $4 and p.owner = asked.owner)`,
    [kind.name, owners, clock, parkedKind(kind)],
  );
  return rows.map((row) => row.owner);
}

/** A person's current installations and changes, as stored. */
interface Stored {
  readonly current: readonly string[];
  readonly changes: readonly StoredChange[];
  readonly due: string | null;
}

/** Day, SHA-256 of the product, kind of version, SHA-256 of the version, people. */
type StoredChange = readonly [string, string, string, string, number];

/** The version whose number a current installation has. */
const VERSION_OF_CURRENT = `
  select from fleet_version v join fleet_product p on p.id = v.product
   where v.id = c.version and p.digest = sha256(convert_to(c.app_product, 'UTF8'))
     and (v.kind_of_version = 'other' or v.digest = sha256(convert_to(c.app_version, 'UTF8')))`;

async function readStored(
  client: pg.ClientBase,
  { name, current, owner, columns, systemVersion }: FleetKind,
  owners: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const copied = columns.map((column) => `c.${column}`).join();
  const recorded = columns.map((column) => `m.${column}`).join();
  const { rows } = await client.query<Stored & { owner: string }>(
    `select owner,
            coalesce((select json_agg(concat_ws(' ', c.uuid, c.since::text, c.version_since::text, c.last_seen::text, c.installations, c.clock_suspect,
                                                case when (${copied}, c.system) is distinct from (${recorded}, left(m.${systemVersion}, ${INDEXED})) then 'copied wrongly' end,
                                                case when not exists (${VERSION_OF_CURRENT}) then 'of another version' end) order by c.uuid collate "C")
               from ${current} c left join ${name} m on m.uuid = c.uuid where c.${owner} = owner), '[]') as current,
            coalesce((select json_agg(json_build_array(change.day::text, encode(p.digest, 'hex'), v.kind_of_version, encode(v.digest, 'hex'), sign(change.version)) order by change.number)
               from fleet_person s cross join unnest(s.versions, s.days) with ordinality as change (version, day, number)
               left join fleet_version v on v.id = abs(change.version) left join fleet_product p on p.id = v.product
              where s.kind = $1 and s.owner = wanted.owner), '[]') as changes,
            (select due from fleet_person s where s.kind = $1 and s.owner = wanted.owner) as due
       from unnest($2::varchar[]) as wanted (owner)`,
    [name, owners],
  );
  return new Map(rows.map((row) => [row.owner, row]));
}

function isSame(person: Person | undefined, stored: Stored | undefined): boolean {
  const { current = [], changes = [], due = null } = stored ?? {};
  return (
    JSON.stringify(person === undefined ? [] : currentTexts(person)) === JSON.stringify(current) &&
    isDueInTime(person?.timeline.due, due) &&
    areSame(person?.timeline.changes ?? [], changes)
  );
}

/** Compares them by day and product: the order within a day is that in which the records were read. */
function areSame(expected: readonly DailyChange[], stored: readonly StoredChange[]): boolean {
  const versions = new Map(
    stored.map(([day, product, kindOfVersion, version, people]) => [
      keyOf(day, product, people),
      { isOther: kindOfVersion === 'other', version },
    ]),
  );
  return (
    expected.length === stored.length &&
    expected.every(({ day, appProduct, appVersion, people }) => {
      const found = versions.get(keyOf(dayText(day), digestText(appProduct), people));
      if (found === undefined) return false;
      if (found.isOther && appVersion !== undefined) return true;
      return (appVersion === undefined ? '' : digestText(appVersion)) === found.version;
    })
  );
}

/** On a day, a person leaves one version of a product at most, and joins one. */
function keyOf(day: string, product: string, people: number): string {
  return `${day} ${product} ${people}`;
}

/** An early one does no harm: a state dated after the fold's clock may have become effective since. */
function isDueInTime(due: Instant | undefined, stored: string | null): boolean {
  return due === undefined || (stored !== null && compareInstants(instantOf(stored), due) <= 0);
}

/** In PostgreSQL's format. */
function currentTexts({ current }: Person): string[] {
  const text = (at: Instant) =>
    timestampText(at)
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '');
  return current
    .map(({ history, since, versionSince, lastSeen, installations, clockSuspect }) =>
      [history.id, text(since), text(versionSince), text(lastSeen), installations, clockSuspect].join(' '),
    )
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function dayText(day: number): string {
  return timestampText({ epochSeconds: day * 86_400, microsecond: 0 }).slice(0, 10);
}
