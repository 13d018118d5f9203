import { IDEMPOTENCY_KEY, INSTALLATION_TABLES, RECORD_TABLES } from '../tables.js';

/** A table that `migrate distribute` hands over to Citus. Every other table stays on the coordinator. */
export interface DistributedTable {
  readonly name: string;
  /** The distribution column: the person whose rows are on one node. */
  readonly owner: string;
  /**
   * The columns of its key on a plain server. Citus wants the owner in each unique index: at the end, so that a look-up by
   * id keeps its index.
   */
  readonly key: readonly string[];
  /** Whether an owner always fits an index entry (2,704 bytes). If not, the key becomes an index that is not unique. */
  readonly unique: boolean;
}

const INSTALLATIONS: readonly string[] = INSTALLATION_TABLES.map(({ name }) => name);

/** The notes of the row triggers about whose records have changed, from which `fleet_queue` is filled. */
export const FLEET_NOTE = 'fleet_note';

/** The tables that exist before they are distributed, in the common locking order. */
export const DISTRIBUTED_TABLES: readonly DistributedTable[] = [
  ...RECORD_TABLES.map(({ name, owner }) => ({ name, owner, key: ['uuid'], unique: INSTALLATIONS.includes(name) })),
  { name: IDEMPOTENCY_KEY.name, owner: 'owner', key: ['id'], unique: false },
  ...RECORD_TABLES.map(({ name, owner }) => ({
    name: `${name}_revision`,
    owner,
    key: ['uuid', 'number'],
    unique: INSTALLATIONS.includes(name),
  })),
];
