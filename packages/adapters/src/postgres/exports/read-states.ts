import type { Audit, ExportedKind, RevisionPlace } from '@polaris-telemetry/domain';
import type { Kysely } from 'kysely';
import type { EntityTable } from '../lists/read-page.js';
import type { Database } from '../tables.js';
import {
  FEWEST_STATES,
  MOST_BYTES,
  MOST_STATES,
  type StateRow,
  statesOfMany,
  statesOfOne,
  type WantedStates,
} from './states-queries.js';

// biome-ignore lint/suspicious/noExplicitAny: three kinds of rows and entities in one walk; each row meets its own entity
export type AnyTable = EntityTable<any, any>;

/** The place after which a chunk begins. */
export interface Place extends RevisionPlace {
  /** The kept number of the state that the export calls 1; only where a chunk ended before a record's last state. */
  readonly oldest?: number | undefined;
}

export interface RecordKey {
  readonly uuid: string;
  /** Known where Citus distributes the records. */
  readonly owner: string | undefined;
}

export interface State {
  readonly place: RevisionPlace;
  /** The kept number of the state that the export calls 1; undefined for the present state, after which none follows. */
  readonly oldest: number | undefined;
  readonly record: { readonly audit: Audit };
  readonly previous: State['record'] | undefined;
}

/** States of one kind of record, by record id. */
export interface States {
  readonly byId: ReadonlyMap<string, readonly State[]>;
  /** The first record with states that did not fit; undefined if all were read. */
  readonly cutAt: string | undefined;
}

/** Reads the states of records of one kind, oldest first; for the first record only those after a place. */
export type ReadStates = (
  db: Kysely<Database>,
  keys: readonly RecordKey[],
  after: Place | undefined,
) => Promise<States>;

export function createReadStates(kind: ExportedKind, { table, toEntity }: AnyTable): ReadStates {
  const ofMany = statesOfMany(table);
  const ofOne = statesOfOne(table);

  /** A statement for each record: its owner tells Citus the node. */
  async function oneByOne(db: Kysely<Database>, wanted: readonly WantedStates[]): Promise<Found> {
    const rows: StateRow[] = [];
    let bytes = 0;
    for (const each of wanted) {
      const found = await ofOne(db, each);
      for (const row of found) {
        bytes += bytesOf(row);
        const isTooMuch = rows.length >= MOST_STATES || bytes > MOST_BYTES;
        // What is left out here is read once more, for the next chunk.
        if (isTooMuch && rows.length >= FEWEST_STATES) return { rows, cutAt: each.id };
        rows.push(row);
      }
      if (found.length < (found[0]?.read ?? 0)) return { rows, cutAt: each.id };
    }
    return { rows, cutAt: undefined };
  }

  async function together(db: Kysely<Database>, wanted: readonly WantedStates[]): Promise<Found> {
    const rows = await ofMany(db, wanted);
    const isCut = rows.length < (rows[0]?.read ?? 0);
    return { rows, cutAt: isCut ? rows.at(-1)?.uuid : undefined };
  }

  return async (db, keys, after) => {
    const wanted = keys.map(({ uuid, owner }): WantedStates => {
      const isBegun = after?.kind === kind && after.id === uuid;
      // The state at the place itself is needed to know what the next one changed. Numbers go on as they began, although
      // retention may have deleted the oldest states meanwhile, or all but the present one.
      return { id: uuid, owner, first: isBegun ? after.number : 1, oldest: isBegun ? after.oldest : undefined };
    });
    const isDistributed = keys.some(({ owner }) => owner !== undefined);
    const { rows, cutAt } = await (isDistributed ? oneByOne(db, wanted) : together(db, wanted));
    const byId = new Map<string, State[]>();
    let before: State | undefined;
    for (const row of rows) {
      const place: RevisionPlace = { id: row.uuid, kind, number: row.revision };
      const record = toEntity(row);
      const state: State = {
        place,
        oldest: row.oldest ?? undefined,
        record,
        previous: before && before.place.id === row.uuid ? before.record : undefined,
      };
      before = state;
      if (after?.kind === kind && after.id === row.uuid && row.revision <= after.number) continue;
      const known = byId.get(row.uuid);
      if (known === undefined) byId.set(row.uuid, [state]);
      else known.push(state);
    }
    return { byId, cutAt };
  };
}

/** The size of a row's texts. */
function bytesOf(row: object): number {
  return Object.values(row).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
}

interface Found {
  readonly rows: readonly StateRow[];
  readonly cutAt: string | undefined;
}
