import type pg from 'pg';
import { undistributedTables } from '../distribute/undistributed.js';
import { migrations } from '../migrations/index.js';
import { type IndexState, indexStates } from './create-indexes.js';
import { type TriggerState, triggerStates } from './create-triggers.js';
import { databaseEncoding } from './encoding.js';
import { alembicHeads, ORIGINAL_HEAD } from './original.js';
import { findOwnSchema } from './own-schema.js';

/** One index, or the triggers of one table that belong together. Without an index the service is slower, without triggers it keeps no revisions. */
export type BuildStatus =
  | { readonly what: 'triggers'; readonly name: string; readonly state: TriggerState }
  | { readonly what: 'index'; readonly name: string; readonly state: IndexState };

/** How a database compares with what this version of the service expects. */
export interface MigrationStatus {
  /** Migrations that have run, in their order. */
  readonly done: readonly string[];
  /** Migrations that have not run: the service cannot work while there are any. */
  readonly pending: readonly string[];
  /** Migrations that a later version has run. They only add, so this version still works. */
  readonly ahead: readonly string[];
  /** Triggers and indexes, which are built while the service serves. */
  readonly builds: readonly BuildStatus[];
  /** Tables that Citus does not distribute though it distributes the records; undefined where it does not distribute those. */
  readonly undistributed: readonly string[] | undefined;
  /** The encoding of its texts; the service accepts only `UTF8`. */
  readonly encoding: string;
  /** Alembic revisions of the Python original; undefined if it was never here. */
  readonly alembicHeads: readonly string[] | undefined;
  /** The revision that can be taken over. */
  readonly alembicExpected: string;
}

export async function readStatus(client: pg.Client): Promise<MigrationStatus> {
  const { executed } = await findOwnSchema(client);
  const known = Object.keys(migrations);
  return {
    done: known.filter((name) => executed.includes(name)),
    pending: known.filter((name) => !executed.includes(name)),
    ahead: executed.filter((name) => !known.includes(name)),
    builds: await buildStates(client),
    undistributed: await undistributedTables(client),
    encoding: await databaseEncoding(client),
    alembicHeads: await alembicHeads(client),
    alembicExpected: ORIGINAL_HEAD,
  };
}

/** The state of everything built while the service serves. */
export async function buildStates(client: pg.Client): Promise<readonly BuildStatus[]> {
  return [
    ...(await triggerStates(client)).map((each) => ({ what: 'triggers' as const, ...each })),
    ...(await indexStates(client)).map((each) => ({ what: 'index' as const, ...each })),
  ];
}
