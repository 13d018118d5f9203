import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { FOLD_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { checkSomePeople } from '../fleet/check/check-some-people.js';
import {
  END_OF_LOG,
  hasReached,
  type LogPosition,
  REPLICA_POSITION,
  type ReplicaPosition,
} from '../reads/replica-position.js';
import {
  ACCOUNT,
  ACTIVITY,
  type AccountVitals,
  type ActivityVitals,
  FLEET,
  type FleetVitals,
  LOG,
  type LogVitals,
  ROLE,
  type RoleVitals,
  SERVER,
  type ServerVitals,
} from './questions.js';

/** What a database says of itself. A part is undefined where its question failed: for lack of a table, a right, or time. */
export interface Vitals {
  readonly encrypted: boolean;
  readonly pooled: boolean;
  readonly server: ServerVitals | undefined;
  readonly role: RoleVitals | undefined;
  readonly activity: ActivityVitals | undefined;
  readonly log: LogVitals | undefined;
  readonly fleet: FleetVitals | undefined;
  /** Of some people: how many have a state that differs from their records; undefined while it is built, or not known. */
  readonly differing: number | undefined;
  readonly account: AccountVitals | undefined;
  readonly clock: ClockVitals | undefined;
}

/** How far the database's clock is ahead of this machine's, and how exactly that is known; in milliseconds. */
export interface ClockVitals {
  readonly ahead: number;
  readonly within: number;
}

/** The longest that one question may take, in milliseconds. */
const LONGEST = 1_000;

/**
 * Asks a database about itself. Every question is a read-only transaction of its own.
 *
 * @throws the error of connecting
 */
export async function readVitals(settings: DatabaseSettings): Promise<Vitals> {
  const { client, pooled } = await openClient(settings, { limits: FOLD_LIMITS, onError: () => {} });
  const ask = <Row extends object>(question: string) => askOne<Row>(client, question);
  try {
    return {
      encrypted: 'encrypted' in client.connection.stream,
      pooled,
      server: await ask<ServerVitals>(SERVER),
      role: await ask<RoleVitals>(ROLE),
      activity: await ask<ActivityVitals>(ACTIVITY),
      log: await ask<LogVitals>(LOG),
      fleet: await ask<FleetVitals>(FLEET),
      differing: (await withinTime(checkSomePeople(client)))?.differing,
      account: await ask<AccountVitals>(ACCOUNT),
      clock: await compareClocks(client),
    };
  } finally {
    client.connection.stream.destroy();
  }
}

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

async function askOne<Row extends object>(client: pg.Client, question: string): Promise<Row | undefined> {
  try {
    await client.query(`begin read only; set local statement_timeout = ${LONGEST}`);
    return (await client.query<Row>(question)).rows[0];
  } catch {
    return undefined;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

async function withinTime<Answer>(work: Promise<Answer>): Promise<Answer | undefined> {
  return await Promise.race([work.catch(() => undefined), sleep(LONGEST, undefined, { ref: false })]);
}

async function compareClocks(client: pg.Client): Promise<ClockVitals | undefined> {
  const before = Date.now();
  const row = await askOne<{ now: number }>(
    client,
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  );
  const after = Date.now();
  return row && { ahead: Math.round(row.now - (before + after) / 2), within: after - before };
}
