import {
  type CurrentInstallation,
  currentInstallations,
  type InstallationHistory,
  type Instant,
  isFirstState,
  type RecordId,
  type RunningApp,
  type Timeline,
  timelineOf,
} from '@polaris-telemetry/domain';
import type pg from 'pg';
import { trusted } from '../records/audit-columns.js';
import { instantOf } from '../records/timestamp-text.js';
import { type FleetKind, representable } from './fleet-kinds.js';

/** How many records to read at once, unless a single person has more. */
const MOST_RECORDS = 20_000;

/** A person's state, from the records and their revisions. */
export interface Person {
  readonly owner: string;
  readonly current: readonly CurrentInstallation[];
  readonly timeline: Timeline;
}

/** The people read: those of the first `owners` who have records. */
export interface PeopleRead {
  readonly owners: readonly string[];
  readonly people: readonly Person[];
  readonly records: number;
}

/**
 * Reads people's records and revisions, and derives their state.
 *
 * @param owners the people to read; only the first ones if they have too many records for one go
 */
export async function readPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
): Promise<PeopleRead> {
  let some = owners;
  for (;;) {
    const isOne = some.length <= 1;
    const { rows } = await client.query<RecordRow>({
      text: `${historiesStatement(kind)}${isOne ? '' : ` limit ${MOST_RECORDS + 1}`}`,
      values: [some],
      rowMode: 'array',
    });
    if (isOne || rows.length <= MOST_RECORDS)
      return { owners: some, people: peopleOf(rows, asOf), records: rows.length };
    some = some.slice(0, Math.ceil(some.length / 2));
  }
}

/** Owner, uuid, first use, created, modified, product, version; the earlier states as JSON. */
type RecordRow = [string, string, string, string, string, string, string, readonly StateRow[] | null];
/** Modified, product, version, created. */
type StateRow = [string, string, string, string];

function historiesStatement({ name, revisions, owner, firstUsed }: FleetKind): string {
  return `
    select m.${owner}, m.uuid, ${representable(`m.${firstUsed}`)}, ${representable('m.created')},
           ${representable('m.modified')}, m.app_product, m.app_version,
           (select json_agg(json_build_array(${representable('r.modified')}, r.app_product, r.app_version,
                                             ${representable('r.created')}) order by r.number)
              from ${revisions} r where r.uuid = m.uuid)
      from unnest($1::varchar[]) as wanted (owner)
     cross join lateral (select * from ${name} where ${owner} = wanted.owner offset 0) as m`;
}

function peopleOf(rows: readonly RecordRow[], asOf: Instant): Person[] {
  const histories = new Map<string, InstallationHistory[]>();
  for (const row of rows) {
    const same = histories.get(row[0]);
    if (same === undefined) histories.set(row[0], [historyOf(row)]);
    else same.push(historyOf(row));
  }
  return [...histories].map(([owner, theirs]) => ({
    owner,
    current: currentInstallations(theirs, asOf),
    timeline: timelineOf(theirs, asOf),
  }));
}

function historyOf([, uuid, firstUsed, created, modified, product, version, earlier]: RecordRow): InstallationHistory {
  const present = running(modified, product, version);
  const [oldest, ...between] = earlier ?? [];
  const dates = { id: trusted<RecordId>(uuid), firstUsed: instantOf(firstUsed), created: instantOf(created) } as const;
  if (oldest === undefined) {
    return { ...dates, complete: isFirstState({ created: dates.created, modified: present.at }), states: [present] };
  }
  const [oldestModified, oldestProduct, oldestVersion, oldestCreated] = oldest;
  return {
    ...dates,
    complete: isFirstState({ created: instantOf(oldestCreated), modified: instantOf(oldestModified) }),
    states: [
      running(oldestModified, oldestProduct, oldestVersion),
      ...between.map(([at, appProduct, appVersion]) => running(at, appProduct, appVersion)),
      present,
    ],
  };
}

function running(at: string, product: string, version: string): RunningApp {
  return { at: instantOf(at), appProduct: trusted(product), appVersion: trusted(version) };
}
