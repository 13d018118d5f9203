import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { ConnectionLostError } from '../failures.js';
import { COUNT_TRANSACTIONS } from './give-way.js';
import type { ReadConnection } from './read-connection.js';
import { REPLICA_POSITION, type ReplicaPosition } from './replica-position.js';

/**
 * Settings for a reading transaction alone, made with `set local`, because there are no sessions behind a pooler. Unlike
 * the records' statements (`connections/session.ts`), reads may scan and sort, but on one CPU and in bounded memory, so
 * that no report takes the server away from writers.
 */
const SETTINGS = {
  lock_timeout: DEADLINES.lock,
  // A process that stalls in between must not hold back vacuum.
  idle_in_transaction_session_timeout: DEADLINES.reads.request,
  plan_cache_mode: 'auto',
  enable_seqscan: 'on',
  enable_bitmapscan: 'on',
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  extra_float_digits: 1,
  work_mem: "'16MB'",
} as const;

/** @param limit after which the server cancels a statement, in milliseconds */
function begin(limit: number): string {
  const settings = { ...SETTINGS, statement_timeout: Math.max(1, Math.floor(limit)) };
  const sets = Object.entries(settings).map(([name, value]) => `set local ${name} = ${value}`);
  return ['begin isolation level repeatable read read only', ...sets].join('; ');
}

/** Begins a transaction that reads one state of the primary throughout: the state at its first statement. */
export async function beginOnPrimary(connection: ReadConnection, limit: number): Promise<void> {
  await send(connection, begin(limit));
}

/**
 * Begins one as `beginOnPrimary` does, with its first statement, in one message.
 *
 * @returns how many transactions had written to the server by then, in all its databases
 */
export async function beginAmongWrites(connection: ReadConnection, limit: number): Promise<number> {
  const results = await send(connection, `${begin(limit)}; ${COUNT_TRANSACTIONS}`);
  return Number(results.at(-1)?.rows[0]?.number);
}

/** The replica is too far behind, or its lag is unknown. */
export class StaleReplicaError extends Error {
  override readonly name = 'StaleReplicaError';
}

/**
 * Begins one on a replica if its state is recent enough.
 *
 * @param ageOf returns the moment whose commits a replica at that position has replayed; undefined if too long ago
 * @returns that moment
 * @throws StaleReplicaError if it is too long ago
 */
export async function beginOnReplica(
  connection: ReadConnection,
  ageOf: (position: ReplicaPosition) => Instant | undefined,
  limit: number,
): Promise<Instant> {
  // Asked before the transaction, so its snapshot is no older; in one message, which a pooler sends to one server.
  const results = await send(connection, `begin read only; ${REPLICA_POSITION}; commit; ${begin(limit)}`);
  const asOf = ageOf(results[1]?.rows[0] as ReplicaPosition);
  if (asOf === undefined) throw new StaleReplicaError();
  return asOf;
}

/** Ends a transaction, even one that failed to begin. If that fails, the connection is not used again. */
export async function end(connection: ReadConnection): Promise<void> {
  if (connection.isDead) return;
  await connection.client.query('rollback').catch(() => connection.abandon());
}

/** Sends a statement that takes no time. An idle connection may have died silently. */
async function send({ client }: ReadConnection, text: string): Promise<readonly pg.QueryResult[]> {
  const timer = setTimeout(() => {
    client.connection.stream.destroy(new ConnectionLostError('the database does not answer'));
  }, DEADLINES.connect);
  try {
    // Several statements return several results.
    return (await client.query(text)) as unknown as readonly pg.QueryResult[];
  } finally {
    clearTimeout(timer);
  }
}
