import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openClient } from '../../../packages/adapters/dist/postgres/connections/open-client.js';
import { NO_LIMITS } from '../../../packages/adapters/dist/postgres/connections/session.js';
import { KINDS, type Kind } from '../kit/kinds.ts';
import type { DatabaseEnvironment } from '../kit/postgres.ts';
import type { WriteReport } from './original-writer.ts';

const WRITES_PER_SECOND = 50;
/** Enough that a write waits for the database, never for a connection: with 20 for 50 a second, each may take 400 ms. */
const CONNECTIONS = 20;

/**
 * Writes as the original does, one row per transaction, at a fixed rate: a write that waits does not delay the next one.
 * Writes queue up on each connection, and the time in the queue counts.
 */
async function write(database: DatabaseEnvironment): Promise<void> {
  const settings = {
    host: database.DATABASE_HOST,
    port: Number(database.DATABASE_PORT),
    user: database.DATABASE_USER,
    password: database.DATABASE_PASSWORD,
    database: database.DATABASE_NAME,
  };
  const opened = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openClient(settings, { limits: NO_LIMITS })),
  );
  const clients = opened.map(({ client }) => client);
  const kinds = Object.values(KINDS);
  const underWay = new Set<Promise<unknown>>();
  let stopping = false;
  parentPort?.once('message', () => {
    stopping = true;
  });

  const started = performance.now();
  for (let serial = 0; !stopping; serial += 1) {
    const due = started + (serial * 1000) / WRITES_PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
    const sent = performance.now();
    const client = clients[serial % clients.length] as (typeof clients)[number];
    // Four in a row to each table: three inserts, and an update of an earlier row.
    const kind = kinds[Math.floor(serial / 4) % kinds.length] as Kind;
    const inserted = serial % 4 < 3;
    const values = inserted ? [`original-${serial}`, `owner-${serial % 1000}`] : [`original-${serial - 61}`];
    const writing = client.query(inserted ? insertStatement(kind) : updateStatement(kind), values).then(() => {
      const report: WriteReport = { inserted, waited: performance.now() - sent, late: sent - due };
      parentPort?.postMessage(report);
      underWay.delete(writing);
    });
    underWay.add(writing);
  }
  await Promise.all(underWay);
  await Promise.all(clients.map((client) => client.end()));
}

function updateStatement({ table }: Kind): string {
  return `update ${table} set app_version = app_version || '1', modified = now() where uuid = $1`;
}

function insertStatement(kind: Kind): string {
  const date = kind.date.zone === undefined ? [kind.date.column] : [kind.date.column, kind.date.zone];
  const names = ['uuid', kind.ownerField, 'created', 'created_by_', 'modified', 'modified_by_', ...date];
  const fields = Object.entries(kind.fields);
  const values = fields.map(([, value]) => `'${String(value)}'`);
  const zone = date.length > 1 ? ['0'] : [];
  return `insert into ${kind.table} (${[...names, ...fields.map(([name]) => name)].join(', ')})
    values ($1, $2, now(), 'original', now(), 'original', now(), ${[...zone, ...values].join(', ')})`;
}

await write(workerData as DatabaseEnvironment);
