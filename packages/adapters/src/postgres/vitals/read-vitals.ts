import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { openClient } from '../connections/open-client.js';
import { FOLD_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { checkSomePeople } from '../fleet/check/check-some-people.js';
import { NODES_REPLAYED } from '../person/incarnations.js';
import { askEveryNode, askOne, LONGEST } from './ask.js';
import {
  ACCOUNT,
  ACTIVITY,
  type AccountVitals,
  type ActivityVitals,
  FLEET,
  type FleetVitals,
  LOG,
  type LogVitals,
  NOTES,
  ROLE,
  type RoleVitals,
  SERVER,
  type ServerVitals,
  type Worst,
  worstActivity,
  worstLog,
  worstServer,
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

/**
 * Asks a database about itself. Every question is a read-only transaction of its own.
 *
 * @throws the error of connecting
 */
export async function readVitals(settings: DatabaseSettings): Promise<Vitals> {
  const { client, pooled } = await openClient(settings, { limits: FOLD_LIMITS, onError: () => {} });
  const ask = <Row extends object>(question: string) => askOne<Row>(client, question);
  const askNodes = <Row extends object>(question: string, worst: Worst<Row>) => askEveryNode(client, question, worst);
  try {
    return {
      encrypted: 'encrypted' in client.connection.stream,
      pooled,
      server: await askNodes(SERVER, worstServer),
      role: await ask<RoleVitals>(ROLE),
      activity: await askNodes(ACTIVITY, worstActivity),
      log: await askNodes(LOG, worstLog),
      fleet: await readFleet(client),
      differing: (await withinTime(checkSomePeople(client)))?.differing,
      account: await readAccount(client),
      clock: await compareClocks(client),
    };
  } finally {
    client.connection.stream.destroy();
  }
}

async function readFleet(client: pg.Client): Promise<FleetVitals | undefined> {
  const fleet = await askOne<FleetVitals>(client, FLEET);
  if (fleet === undefined || !isDistributed(client)) return fleet;
  const notes = await askOne<Pick<FleetVitals, 'waiting'>>(client, NOTES);
  return notes && { ...fleet, waiting: fleet.waiting + notes.waiting };
}

async function readAccount(client: pg.Client): Promise<AccountVitals | undefined> {
  const account = await askOne<AccountVitals>(client, ACCOUNT);
  if (account === undefined || !isDistributed(client)) return account;
  const nodes = await askOne<Pick<AccountVitals, 'replayed'>>(client, NODES_REPLAYED);
  return nodes && { ...account, replayed: account.replayed && nodes.replayed };
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
