import type { PostgresPool } from 'kysely';
import type pg from 'pg';

/** Lets Kysely work on one connection that it does not own: Kysely neither ends nor drops it. */
export function poolOfOne(client: pg.Client): PostgresPool {
  const borrowed = { query: client.query.bind(client), release: () => {} };
  return { options: {}, connect: async () => borrowed, end: async () => {} };
}
