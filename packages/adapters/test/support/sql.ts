import type pg from 'pg';
import { type OpenClient, openClient } from '../../src/postgres/connections/open-client.js';
import { NO_LIMITS, REQUEST_LIMITS } from '../../src/postgres/connections/session.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';

/** A private connection without time limits; the caller ends it. */
export async function openSession(settings: DatabaseSettings): Promise<pg.Client> {
  return (await openClient(settings, { limits: NO_LIMITS })).client;
}

/** A connection as the repositories have them: pipelined, with the limits of requests. The caller ends it. */
export async function openForRequests(
  settings: DatabaseSettings,
  onError?: (error: Error) => void,
): Promise<OpenClient> {
  return await openClient(settings, { limits: REQUEST_LIMITS, pipeline: true, onError });
}

/** Runs statements one after the other on a connection of its own. @returns the rows of the last one */
export async function runSql(
  settings: DatabaseSettings,
  ...statements: readonly string[]
): Promise<Record<string, unknown>[]> {
  const client = await openSession(settings);
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
