import type { Clock } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { DEADLINES } from '../deadlines.js';
import type { ReadConnection } from './read-connection.js';
import { beginOnPrimary, end } from './read-transaction.js';
import type { Read } from './reads.js';
import { unlessAborted } from './unless-aborted.js';

/** Reads once on a new connection, so that its first reader does not wait for what each connection loads. */
export type WarmUp = (read: Read) => Promise<unknown>;

/** Lets a new connection read once. Whatever comes of it, it can be used afterwards, unless it has not answered in time. */
export async function warmOne(connection: ReadConnection, warmUp: WarmUp, clock: Clock): Promise<void> {
  const late = AbortSignal.timeout(DEADLINES.connect);
  const read = async () => {
    try {
      await beginOnPrimary(connection, DEADLINES.connect);
      // A reader may want the connection meanwhile.
      await sql`set local lock_timeout = '50ms'`.execute(connection.db);
      const { db, isDistributed } = connection;
      await warmUp({ db, isDistributed, asOf: clock.now(), insistOnRecent: () => {}, othersWrite: false });
    } finally {
      await end(connection);
    }
  };
  await unlessAborted(read(), late).catch(() => (late.aborted ? connection.abandon() : undefined));
}
