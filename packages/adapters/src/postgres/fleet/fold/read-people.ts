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
import { trusted } from '../../records/audit-columns.js';
import { instantOf } from '../../records/timestamp-text.js';
import { TimeSlices } from '../../time-slices.js';
import { type FleetKind, representable } from '../fleet-kinds.js';
import { costOf, shortened } from '../long-texts.js';

/** How much to read at once. */
export interface ReadLimits {
  /** The maximum number of records, unless a single person has more. */
  readonly records: number;
  /** The maximum cost of the texts and the rows around them, in bytes, of a single person. */
  readonly cost: number;
  /** The same of several people together: in this process they take three times as much. */
  readonly together: number;
}

/** 20,000 records with short texts and without revisions cost 2.3 MiB. */
const LIMITS: ReadLimits = { records: 20_000, cost: 64 * 1_048_576, together: 4 * 1_048_576 };
/** The cost of a state besides its texts, in bytes. */
const STATE_COST = 100;

/** A record's history, and where the record is. */
interface StoredHistory extends InstallationHistory {
  /** The location of the record's row in this transaction's snapshot. */
  readonly place: string;
}

/** A person's state, from the records and their revisions. */
export interface Person {
  readonly owner: string;
  readonly current: readonly CurrentInstallation<StoredHistory>[];
  readonly timeline: Timeline;
}

/** The people read: those of the first `owners` who have records. */
export interface PeopleRead {
  readonly owners: readonly string[];
  /** Derives their state on the first call: it keeps this process busy for longer than the reading keeps the server. */
  readonly people: () => Promise<readonly Person[]>;
  readonly records: number;
  /** True if `owners` is a single person with too much data to read. */
  readonly isTooLarge: boolean;
}

/**
 * Reads people's records and revisions, and derives their state.
 *
 * @param owners the people to read; only the first ones are read if all have too much data for one batch
 */
export async function readPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
  limits: ReadLimits = LIMITS,
): Promise<PeopleRead> {
  const isOne = owners.length <= 1;
  const { rows } = await client.query<RecordRow>({
    text: isOne
      ? historiesStatement(kind, limits.cost, '')
      : historiesStatement(kind, limits.together, `limit ${limits.records + 1}`),
    values: [owners],
    rowMode: 'array',
  });
  const last = rows.at(-1);
  const costsTooMuch = last?.[9] === true;
  if (isOne && costsTooMuch) return { owners, people: async () => [], records: rows.length, isTooLarge: true };
  if (last === undefined || (!costsTooMuch && (isOne || rows.length <= limits.records))) {
    return { owners, people: derivedOnce(rows, asOf), records: rows.length, isTooLarge: false };
  }
  // People come in the requested order: those before the last one read are complete.
  const complete = owners.slice(0, owners.indexOf(last[0]));
  if (complete.length === 0) return readPeople(client, kind, owners.slice(0, 1), asOf, limits);
  const theirs = rows.filter(([owner]) => owner !== last[0]);
  return { owners: complete, people: derivedOnce(theirs, asOf), records: theirs.length, isTooLarge: false };
}

function derivedOnce(rows: readonly RecordRow[], asOf: Instant): () => Promise<readonly Person[]> {
  let people: Promise<readonly Person[]> | undefined;
  return () => {
    people ??= peopleOf(rows, asOf);
    return people;
  };
}

/**
 * Owner, place, uuid, first use, created, modified, product, version; the earlier states as JSON; whether all rows so far
 * cost too much. First use and modified are null where they are equal to created.
 */
type RecordRow = [
  string,
  string,
  string,
  string | null,
  string,
  string | null,
  string,
  string,
  readonly StateRow[] | null,
  boolean,
];
/** Modified, product, version, created. */
type StateRow = [string, string, string, string];

/** Ends with the first row that exceeds the cost: neither one value nor all rows together can outgrow the memory. */
function historiesStatement({ name, revisions, owner, firstUsed }: FleetKind, cost: number, limit: string): string {
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

async function peopleOf(rows: readonly RecordRow[], asOf: Instant): Promise<readonly Person[]> {
  const slices = new TimeSlices();
  const histories = new Map<string, StoredHistory[]>();
  for (const row of rows) {
    if (slices.isOver) await slices.next();
    const same = histories.get(row[0]);
    if (same === undefined) histories.set(row[0], [historyOf(row)]);
    else same.push(historyOf(row));
  }
  const people: Person[] = [];
  for (const [owner, theirs] of histories) {
    if (slices.isOver) await slices.next();
    people.push({ owner, current: currentInstallations(theirs, asOf), timeline: timelineOf(theirs, asOf) });
  }
  return people;
}

function historyOf([, place, uuid, firstUsed, created, modified, product, version, earlier]: RecordRow): StoredHistory {
  const present = running(modified ?? created, product, version);
  const createdAt = instantOf(created);
  const dates = {
    place,
    id: trusted<RecordId>(uuid),
    firstUsed: firstUsed === null ? createdAt : instantOf(firstUsed),
    created: createdAt,
  } as const;
  const [oldest, ...between] = earlier ?? [];
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
