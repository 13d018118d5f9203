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
import type { FleetKind } from '../fleet-kinds.js';
import { historiesStatement, type ReadLimits, type RecordRow } from './histories-statement.js';
import { readOrdinary } from './read-ordinary.js';

/** 20,000 records with short texts and without revisions cost 2.3 MiB. */
const LIMITS: ReadLimits = { records: 20_000, cost: 64 * 1_048_576, together: 4 * 1_048_576 };

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
  const ordinary = await readOrdinary(client, kind, owners, limits.records, isOne ? limits.cost : limits.together);
  if (ordinary !== undefined) {
    return { owners, people: derivedOnce(ordinary, asOf), records: ordinary.length, isTooLarge: false };
  }
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
