import { setTimeout as sleep } from 'node:timers/promises';
import { ORIGINAL_SCHEMA } from '../../packages/adapters/test/support/original.ts';
import { KINDS, type Kind } from '../bench/src/kinds.ts';
import { seedStatement } from '../bench/src/population.ts';
import type { DatabaseEnvironment, Server } from '../bench/src/postgres.ts';
import { progressBar } from '../bench/src/text.ts';
import type { Waits } from './waits.ts';

export const RECORDS_PER_OWNER = 10;
const CHUNK = 100_000;
const WRITES_PER_SECOND = 50;
/** Two connections each: enough that a write waits for the database, not for a connection of its own service. */
const POOLS = 10;

/** How many owners each kind has, of so many rows in all: half are phones, the rest desktops and meters. */
export function ownersOf(kind: Kind, rows: number): number {
  return Math.ceil(rows / (kind.name === 'patient' ? 2 : 4) / RECORDS_PER_OWNER);
}

/** A database as the Python service leaves it, at its head, with its primary keys and no other index. */
export async function makeOriginal(server: Server, name: string, rows: number): Promise<DatabaseEnvironment> {
  const database = await server.createDatabase(name);
  const pool = server.connect(database);
  await pool.query(ORIGINAL_SCHEMA);
  const client = await pool.connect();
  try {
    await client.query('set synchronous_commit = off');
    for (const kind of Object.values(KINDS)) {
      const count = ownersOf(kind, rows) * RECORDS_PER_OWNER;
      const show = progressBar(`${kind.table}: ${count.toLocaleString('en-GB')} rows`);
      for (let from = 0; from < count; from += CHUNK) {
        const to = Math.min(from + CHUNK, count);
        await client.query(seedStatement(kind), [from, to - 1, RECORDS_PER_OWNER]);
        show(to, count);
      }
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    client.release();
  }
  return database;
}

/** The original, which goes on writing. */
export interface OriginalWriter {
  /** Rows that it was told are stored. */
  readonly inserted: number;
  stop(): Promise<void>;
}

/**
 * Writes as the original does, a row a transaction, at a fixed rate: a write that has to wait does not put the next one
 * off, and counts from when it was due.
 */
export function startOriginalWriter(server: Server, database: DatabaseEnvironment, waits: Waits): OriginalWriter {
  const pools = Array.from({ length: POOLS }, () => server.connect(database));
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const writer = { inserted: 0 };
  let serial = 0;

  async function write(kind: Kind, number: number, due: number): Promise<void> {
    const pool = pools[number % pools.length] as (typeof pools)[number];
    const id = `original-${number}`;
    if (number % 4 < 3) {
      await pool.query(insertStatement(kind), [id, `original-owner-${number % 1000}`]);
      writer.inserted += 1;
    } else {
      // What it wrote a while ago: an update keeps the row's version alive for the index builds to meet.
      await pool.query(`update ${kind.table} set app_version = app_version || '1', modified = now() where uuid = $1`, [
        `original-${number - 101}`,
      ]);
    }
    waits.note('the original', performance.now() - due);
  }

  const running = (async () => {
    const kinds = Object.values(KINDS);
    for (let due = performance.now(); !stopping.signal.aborted; due += 1000 / WRITES_PER_SECOND) {
      await sleep(Math.max(0, due - performance.now()));
      // Four in a row to each table: three inserts and an update.
      const kind = kinds[Math.floor(serial / 4) % kinds.length] as Kind;
      const writing = write(kind, serial, due).finally(() => underWay.delete(writing));
      underWay.add(writing);
      serial += 1;
    }
    await Promise.all(underWay);
  })();
  // A write that fails ends the rehearsal when it is stopped, not as an error that nobody hears.
  running.catch(() => {});

  return {
    get inserted() {
      return writer.inserted;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function insertStatement(kind: Kind): string {
  const date = kind.date.zone === undefined ? [kind.date.column] : [kind.date.column, kind.date.zone];
  const names = ['uuid', kind.ownerField, 'created', 'created_by_', 'modified', 'modified_by_', ...date];
  const fields = Object.entries(kind.fields);
  const values = fields.map(([, value]) => `'${String(value)}'`);
  return `insert into ${kind.table} (${[...names, ...fields.map(([name]) => name)].join(', ')})
    values ($1, $2, now(), 'original', now(), 'original', now(), ${[...(date.length > 1 ? ['0'] : []), ...values].join(', ')})`;
}
