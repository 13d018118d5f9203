import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '@polaris-telemetry/adapters/embedded';
import type pg from 'pg';
import type { DatabaseEnvironment, Server } from './postgres.ts';

/**
 * Starts a streaming replica of the run's server: from a copy of its files, as PostgreSQL's low-level API for backups
 * has it, because the embedded PostgreSQL brings no pg_basebackup.
 *
 * @param primary any database of the server
 * @returns its port; user, password and databases are those of the server
 */
export async function startReplica(server: Server, primary: DatabaseEnvironment): Promise<string> {
  const dataFolder = join(server.folder, 'replica');
  rmSync(dataFolder, { recursive: true, force: true });
  const client = await server.connect(primary).connect();
  const data = join(dataFolder, 'cluster', 'data');
  try {
    await client.query(`select pg_backup_start('replica', true)`);
    cpSync(join(server.dataFolder, 'cluster'), join(dataFolder, 'cluster'), {
      recursive: true,
      // The running server's own, and temporary ones that come and go.
      filter: (path) => !/\/(postmaster\.(pid|opts)|pgsql_tmp.*)$/.test(path),
    });
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    writeFileSync(join(data, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    client.release();
  }
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_USER: user, DATABASE_PASSWORD: password } = primary;
  const from = `host=${host} port=${port} user=${user} password=${password}`;
  appendFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`);
  writeFileSync(join(data, 'standby.signal'), '');
  const replica = await startEmbedded({ dataFolder });
  server.cleanup.add(async () => {
    await replica.stop();
    rmSync(replica.dataFolder, { recursive: true, force: true });
  });
  return `${replica.settings.port}`;
}

/** Waits until the replica has everything that the primary has. */
export async function untilCaughtUp(primary: pg.Pool, replica: pg.Pool): Promise<void> {
  const { rows } = await primary.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
  for (;;) {
    const { rows: replayed } = await replica.query(
      'select from (select pg_last_wal_replay_lsn() as lsn) as r where lsn >= $1::pg_lsn',
      [rows[0]?.lsn],
    );
    if (replayed.length === 1) return;
    await sleep(50);
  }
}
