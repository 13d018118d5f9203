import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.js';

/** A disk that can be full. */
export interface SmallDisk {
  /** What `create database` says to put a database on it. */
  readonly clause: string;
  fill(): Promise<void>;
  clear(): Promise<void>;
  /** After the databases on it are gone. */
  remove(): Promise<void>;
}

const MEGABYTES = 32;

/**
 * A file system of its own for one database, which takes root's rights. Without them the server itself is made to answer
 * as it does when a file cannot grow (SQLSTATE 53100).
 */
export async function smallDisk(database: Database, name: string): Promise<SmallDisk> {
  const mountPoint = mkdtempSync(join(tmpdir(), 'polaris-small-disk-'));
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=755`, 'tmpfs', mountPoint]).status === 0;
  if (!mounted) {
    rmSync(mountPoint, { recursive: true });
    return answeringAsIfFull(database, name);
  }
  const location = join(mountPoint, 'tablespace');
  const ballast = join(mountPoint, 'ballast');
  mkdirSync(location);
  database.own(location);
  await database.sql(`create tablespace small location '${location}'`);
  return {
    clause: 'tablespace small',
    async fill() {
      fillUp(ballast);
      // Until the pages that are there already are full too: of long rows, then of the shortest.
      for (const length of [500, 0]) while (await insertFiller(database, name, length));
    },
    async clear() {
      rmSync(ballast);
      await database.sqlIn(name, `delete from mobile where app_product = 'filler'`);
    },
    async remove() {
      await database.sql('drop tablespace small');
      spawnSync('umount', [mountPoint]);
      rmSync(mountPoint, { recursive: true });
    },
  };
}

/** @returns whether there was room for it */
async function insertFiller(database: Database, name: string, length: number): Promise<boolean> {
  const statement = `insert into mobile
    select gen_random_uuid(), now(), '', now(), '', '', repeat('x', ${length}), now(), 0, 'filler', '', '', '', '', '', ''`;
  try {
    await database.sqlIn(name, statement);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '53100') return false;
    throw error;
  }
}

function fillUp(file: string): void {
  const handle = openSync(file, 'w');
  // The last bytes too.
  for (const size of [1_048_576, 4_096, 1]) {
    try {
      for (;;) if (writeSync(handle, Buffer.alloc(size)) < size) break;
    } catch {
      // No space left.
    }
  }
  closeSync(handle);
}

function answeringAsIfFull(database: Database, name: string): SmallDisk {
  return {
    clause: '',
    async fill() {
      await database.sqlIn(
        name,
        `create function full_disk() returns trigger language plpgsql as
           $$ begin raise 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`,
        'create trigger full_disk before insert or update on mobile for each statement execute function full_disk()',
      );
    },
    async clear() {
      await database.sqlIn(name, 'drop function full_disk cascade');
    },
    async remove() {},
  };
}
