import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';

/** Opens a connection to the same server, or returns the one that it opened before under this number. */
export type OpenReader = (number: number) => Promise<pg.ClientBase>;

/** With two, one works while the other waits for the disk. */
const READERS = [0, 1];

/**
 * Runs `work` with connections that see what the transaction of `client` saw when it began, so that the server reads on
 * one core and stores on another. Without others, `client` does both in turns.
 */
export async function withReaders<T>(
  client: pg.ClientBase,
  openReader: OpenReader | undefined,
  work: (readers: readonly [pg.ClientBase, ...pg.ClientBase[]]) => Promise<T>,
): Promise<T> {
  // The nodes of a distributed database read on cores of their own, and share no snapshot.
  if (openReader === undefined || isDistributed(client)) return work([client]);
  const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
  const readers: pg.ClientBase[] = [];
  try {
    for (const number of READERS) {
      const reader = await openReader(number);
      readers.push(reader);
      await reader.query('begin isolation level repeatable read read only');
      await reader.query(`set transaction snapshot ${reader.escapeLiteral(rows[0]?.snapshot ?? '')}`);
    }
    const [first = client, ...others] = readers;
    return await work([first, ...others]);
  } finally {
    for (const reader of readers) await reader.query('rollback').catch(() => {});
  }
}
