import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import type { FleetKind } from '../fleet-kinds.js';
import { readHistories } from './across-nodes/read-histories.js';
import { derivePeople, type Person } from './derive-people.js';
import { historiesStatement, type RecordRow } from './histories-statement.js';
import { READ_LIMITS, type ReadLimits } from './read-limits.js';
import { readOrdinary, TooMuchAtOnce } from './read-ordinary.js';

/** Of what was too much, this share is likely to fit. */
const LIKELY_TO_FIT = 0.75;

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
  limits: ReadLimits = READ_LIMITS,
): Promise<PeopleRead> {
  if (isDistributed(client)) {
    const { owners: read, records, isTooLarge } = await readHistories(client, kind, owners, limits);
    return { ...peopleRead(read, records, asOf), isTooLarge };
  }
  const isOne = owners.length <= 1;
  const read = await readOrdinary(client, kind, owners, limits.records, isOne ? limits.cost : limits.together);
  if (read instanceof TooMuchAtOnce) {
    if (isOne) return readOne(client, kind, owners, asOf, limits);
    const fewer = Math.floor(Math.min(owners.length / 2, read.owners * LIKELY_TO_FIT));
    return readPeople(client, kind, owners.slice(0, Math.max(1, fewer)), asOf, limits);
  }
  const withLongTexts = owners.filter((owner) => read.withLongTexts.has(owner));
  if (withLongTexts.length === 0) return peopleRead(owners, read.records, asOf);
  if (isOne) return readOne(client, kind, owners, asOf, limits);
  const { records, next } = await readCarefully(client, kind, withLongTexts, limits);
  const complete = next === undefined ? owners : owners.slice(0, owners.indexOf(next));
  if (complete.length === 0) return readOne(client, kind, owners.slice(0, 1), asOf, limits);
  const isComplete = new Set(complete);
  const theirs = [...read.records, ...records].filter(([owner]) => isComplete.has(owner));
  return peopleRead(complete, theirs, asOf);
}

interface CarefullyRead {
  /** Those of the first owners. */
  readonly records: readonly RecordRow[];
  /** The next owner; undefined if that was the last one. */
  readonly next: string | undefined;
}

/** Reads owners by the statement for texts of any length. */
async function readCarefully(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  { together, records }: ReadLimits,
): Promise<CarefullyRead> {
  const { rows } = await client.query<RecordRow>({
    text: historiesStatement(kind, together, `limit ${records + 1}`),
    values: [owners],
    rowMode: 'array',
  });
  const last = rows.at(-1);
  if (last === undefined || (!costsTooMuch(last) && rows.length <= records)) return { records: rows, next: undefined };
  // People come in the requested order: those before the last one read are complete.
  const [next] = last;
  return { records: rows.filter(([owner]) => owner !== next), next };
}

/** Reads one person, whatever the number of records. */
async function readOne(
  client: pg.ClientBase,
  kind: FleetKind,
  owners: readonly string[],
  asOf: Instant,
  { cost }: ReadLimits,
): Promise<PeopleRead> {
  const { rows } = await client.query<RecordRow>({
    text: historiesStatement(kind, cost, ''),
    values: [owners],
    rowMode: 'array',
  });
  const last = rows.at(-1);
  if (last !== undefined && costsTooMuch(last)) {
    return { owners, people: async () => [], records: rows.length, isTooLarge: true };
  }
  return peopleRead(owners, rows, asOf);
}

function costsTooMuch([, , , , , , , , , costTooMuch]: RecordRow): boolean {
  return costTooMuch === true;
}

function peopleRead(owners: readonly string[], records: readonly RecordRow[], asOf: Instant): PeopleRead {
  return { owners, people: derivedOnce(records, asOf), records: records.length, isTooLarge: false };
}

function derivedOnce(rows: readonly RecordRow[], asOf: Instant): () => Promise<readonly Person[]> {
  let people: Promise<readonly Person[]> | undefined;
  return () => {
    people ??= derivePeople(rows, asOf);
    return people;
  };
}
