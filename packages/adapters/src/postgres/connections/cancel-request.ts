import { connect } from 'node:net';
import type pg from 'pg';

/** Identifies a cancel request among the first messages of a connection (PostgreSQL's protocol, "CancelRequest"). */
const CANCEL_REQUEST = 80_877_102;
const LENGTH = 16;

/** How long the request may take, in milliseconds. */
const LIMIT_MS = 1_000;

/**
 * Asks the server to cancel a connection's statement, as the protocol wants it: over a second connection that presents
 * the first one's key. Unlike `pg_cancel_backend` it works through PgBouncer, which knows the keys it has handed
 * out. It is not encrypted, nor is libpq's before version 17: servers accept it before they ask for TLS.
 *
 * @returns once the server has accepted it, or delivery has failed; never rejects
 */
export function requestCancel(client: pg.Client): Promise<void> {
  const { processID, secretKey, host, port } = client as pg.Client & {
    readonly processID: number | null;
    readonly secretKey: number | null;
  };
  if (processID === null || secretKey === null) return Promise.resolve();
  const request = Buffer.alloc(LENGTH);
  request.writeInt32BE(LENGTH, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    socket.on('error', () => {});
    // The server answers by closing.
    socket.on('close', () => resolve());
    socket.resume();
    socket.write(request);
  });
}
