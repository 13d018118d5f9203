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
import { trusted } from '../../records/audit-columns.js';
import { instantOf } from '../../records/timestamp-text.js';
import { TimeSlices } from '../../time-slices.js';
import type { RecordRow } from './histories-statement.js';

/** A record's history, and where the record is. */
interface StoredHistory extends InstallationHistory {
  /** The location of the record's row in this transaction's snapshot; from a distributed database the record itself, as JSON. */
  readonly place: string;
}

/** A person's state, from the records and their revisions. */
export interface Person {
  readonly owner: string;
  readonly current: readonly CurrentInstallation<StoredHistory>[];
  readonly timeline: Timeline;
}

/** Derives the state of all whose records these are. */
export async function derivePeople(rows: readonly RecordRow[], asOf: Instant): Promise<readonly Person[]> {
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
