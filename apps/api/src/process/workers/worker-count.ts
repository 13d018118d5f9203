import { availableParallelism, totalmem } from 'node:os';
import type { Config } from '../../config/config.js';

/** Bytes that one process comes to hold under full load from 512 connections, rounded up; docs/lab/speed.md has the figures. */
const MEMORY = 256 * 1_048_576;

/** The most connections to PostgreSQL that one worker usually opens; docs/scaling.md lists them. */
const CONNECTIONS = 18;

/** Returns how many cores the workers have: the embedded PostgreSQL works on half of them. */
export function coresFor({ kind }: Pick<Config['database'], 'kind'>, cores = availableParallelism()): number {
  return kind === 'embedded' ? Math.ceil(cores / 2) : cores;
}

/**
 * Returns how many workers this machine, or the container's limits, have room for: one for each core, as far as the
 * memory suffices for them and their parent.
 */
export function workersForMachine(
  cores: number,
  memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY) - 1));
}

/** Returns how many workers may use half of a PostgreSQL server's `max_connections`. */
export function workersForServer(maxConnections: number): number {
  return Math.max(1, Math.floor(maxConnections / 2 / CONNECTIONS));
}
