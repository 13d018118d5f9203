import pg from 'pg';
import type { DatabaseSettings, ServerAddress } from './settings.js';

/** The server answers, but is a standby or read-only. */
export class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError';

  constructor() {
    super('the server takes no writes');
  }
}

/** None of several servers is usable; `errors` holds each one's reason, in their order. */
export class NoServerError extends AggregateError {
  override readonly name = 'NoServerError';

  constructor(errors: readonly unknown[]) {
    super(errors, `none of ${errors.length} servers can be used`);
  }
}

/**
 * Tries the servers in order, as libpq does: it moves on if a server is unreachable, is starting, or accepts no writes. A
 * server that refuses the role or has no such database is final, because the others hold the same data.
 *
 * @param deadline on the monotonic clock; each server gets an equal share of the time left
 * @throws NoServerError, or the error of the only server
 */
export async function firstUsable<Connection>(
  settings: DatabaseSettings,
  deadline: number,
  connect: (server: ServerAddress, deadline: number) => Promise<Connection>,
): Promise<Connection> {
  const { alternatives = [] } = settings;
  if (alternatives.length === 0) return await connect(settings, deadline);
  const servers = [settings, ...alternatives];
  const errors: unknown[] = [];
  for (const { host, port } of servers) {
    const now = performance.now();
    const until = now + (deadline - now) / (servers.length - errors.length);
    try {
      return await connect({ host, port }, until);
    } catch (error) {
      if (isTheSameEverywhere(error)) throw error;
      errors.push(error);
    }
  }
  throw new NoServerError(errors);
}

/** Class 28: the role may not sign in; 3D000: there is no such database. */
function isTheSameEverywhere(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(28|3D)/.test(error.code ?? '');
}

/** @throws ReadOnlyServerError for a standby, or if the server, database or role is read-only */
export async function requireWritable(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ read_only: boolean }>(
    `select current_setting('transaction_read_only')::boolean as read_only`,
  );
  if (rows[0]?.read_only !== false) throw new ReadOnlyServerError();
}
