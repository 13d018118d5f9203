import { compareInstants, type DailyChange, formatDay, type Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { instantOf, timestampText } from '../../records/timestamp-text.js';
import type { FleetKind } from '../fleet-kinds.js';
import { withoutNotes } from '../fold/across-nodes/noted-owners.js';
import type { Person } from '../fold/derive-people.js';
import { parkedKind } from '../fold/park-person.js';
import { readInBatches } from '../fold/read-in-batches.js';
import type { PeopleRead } from '../fold/read-people.js';
import { digestText } from '../long-texts.js';
import type { Compared } from './kind-check.js';
import { readStoredPeople, type StoredChange, type StoredPerson } from './stored-people.js';

/** Recomputes those whose stored state must be exact as of the last fold, and counts those whose state differs. */
export async function comparePeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  clock: string,
): Promise<Compared> {
  const settled = await settledOwners(client, kind, owners, clock);
  const differing = await differingPeople(client, kind, settled, instantOf(clock));
  // What others write while the nodes of a distributed database are read shows there, and is noted.
  return { compared: settled.length, differing: (await settledOwners(client, kind, differing, clock)).length };
}

async function differingPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
): Promise<readonly string[]> {
  const differing: string[] = [];
  for await (const read of readInBatches(client, kind, owners, asOf)) {
    // A change that is not noted yet made them due.
    if (!read.isTooLarge) differing.push(...(await differingOf(client, kind, read)));
  }
  return differing;
}

async function differingOf(client: pg.ClientBase, kind: FleetKind, read: PeopleRead): Promise<readonly string[]> {
  const people = new Map((await read.people()).map((person) => [person.owner, person]));
  const stored = await readStoredPeople(client, kind, read.owners, people);
  return read.owners.filter((owner) => !isSame(people.get(owner), stored.get(owner)));
}

/** Returns the owners whose stored state must be exact: nothing is noted, nothing is due by the clock, and they could be read. */
export async function settledOwners(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  clock: string,
): Promise<readonly string[]> {
  if (owners.length === 0) return owners;
  const { rows } = await client.query<{ owner: string }>(
    `select owner from unnest($2::varchar[]) as asked (owner)
      where not exists (select from fleet_queue q where q.kind = $1 and (q.owner = asked.owner or q.owner is null))
        and not exists (select from fleet_person p where p.kind = $1 and p.owner = asked.owner and p.due <= $3)
        and not exists (select from fleet_person p where p.kind = $4 and p.owner = asked.owner)`,
    [kind.name, owners, clock, parkedKind(kind)],
  );
  return withoutNotes(
    client,
    [kind.name],
    rows.map((row) => row.owner),
  );
}

function isSame(person: Person | undefined, stored: StoredPerson | undefined): boolean {
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
      const found = versions.get(keyOf(formatDay(day), digestText(appProduct), people));
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
