import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { FOLD_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import {
  END_OF_LOG,
  hasReached,
  type LogPosition,
  REPLICA_POSITION,
  type ReplicaPosition,
} from '../reads/replica-position.js';
import { askOne } from './ask.js';

/** What is wrong with a replica; undefined: nothing. */
export type ReplicaTrouble = 'no replica' | 'another cluster' | 'behind';

/** How long a replica may take to reach where the primary was, in milliseconds. */
const PATIENCE = 500;

/**
 * Compares a replica with its primary.
 *
 * @throws the error of connecting
 */
export async function examineReplica(
  primary: DatabaseSettings,
  replica: DatabaseSettings,
): Promise<ReplicaTrouble | undefined> {
  const end = await onClient(primary, (client) => askOne<LogPosition>(client, END_OF_LOG));
  return await onClient(replica, async (client) => {
    const from = performance.now();
    for (;;) {
      const position = await askOne<ReplicaPosition>(client, REPLICA_POSITION);
      if (position?.isReplica !== true) return 'no replica';
      if (end === undefined || hasReached(position, end)) return undefined;
      if (position.system !== end.system) return 'another cluster';
      if (performance.now() - from > PATIENCE) return 'behind';
      await sleep(50);
    }
  });
}

async function onClient<Answer>(
  settings: DatabaseSettings,
  work: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const { client } = await openClient(settings, { limits: FOLD_LIMITS, onError: () => {} });
  try {
    return await work(client);
  } finally {
    client.connection.stream.destroy();
  }
}
