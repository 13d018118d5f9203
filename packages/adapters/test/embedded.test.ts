import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DatabaseSettings } from '../src/index.js';
import { giveTo } from '../src/postgres/embedded/give-to.js';
import { isAlive, leftovers, readPostmaster } from '../src/postgres/embedded/processes.js';
import { type EmbeddedPostgres, findRunning, startEmbedded } from '../src/postgres/embedded.js';
import { type Owner, startOwner } from './support/embedded-owner.js';
import { runSql } from './support/sql.js';

let template: string;

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'polaris-embedded-'));
  await (await startEmbedded({ dataFolder: template })).stop();
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

/** A folder for one test; 0700 as `mktemp -d` makes it, so that only its owner can reach what is below. */
function temporaryFolder(mode = 0o700): string {
  const folder = mkdtempSync(join(tmpdir(), 'polaris-embedded-'));
  chmodSync(folder, mode);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataFolder: string, notices: string[] = []): Promise<EmbeddedPostgres> {
  const embedded = await startEmbedded({ dataFolder, onNotice: (notice) => notices.push(notice) });
  onTestFinished(() => embedded.stop());
  return embedded;
}

/** A copied folder with data, because creating data again takes long. */
function madeFolder(): string {
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  return folder;
}

const dataOf = (folder: string) => join(folder, 'cluster', 'data');

/** The server's other processes end by themselves once the first one is gone. */
function killUnlessGone(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Like the service killed at work, by a signal that it cannot handle. */
async function killed(owner: Owner): Promise<void> {
  if (owner.settings === undefined) throw new Error(owner.error ?? 'it has no server');
  expect(await owner.end('SIGKILL')).toBe(null);
}

async function write(settings: DatabaseSettings | undefined): Promise<void> {
  if (settings === undefined) throw new Error('no server');
  await runSql(settings, 'create table if not exists kept (n int)', 'insert into kept values (1)');
}

describe('the embedded PostgreSQL', () => {
  it('stays its owner’s when the connection of the lock is lost: a second start is refused', async () => {
    const folder = madeFolder();
    const { settings } = await start(folder);
    for (let round = 0; round < 2; round++) {
      await runSql(
        settings,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'polaris-telemetry _%'",
      );
      await expect(startEmbedded({ dataFolder: folder })).rejects.toThrow(/is in use/);
      await write(settings);
    }
    const second = await startOwner(folder);
    expect(second.error).toMatch(new RegExp(`is in use by a running service, process ${process.pid} `));
  });

  it.each([
    ['below a folder that only its owner may enter', 0o700],
    ['below a folder that every user may enter', 0o755],
  ])('%s keeps its data from one start to the next, safely', async (_, mode) => {
    // Longer than a socket's path may be.
    const folder = join(temporaryFolder(mode), 'x'.repeat(100), 'data');
    const first = await start(folder);
    expect(first.dataFolder).toBe(folder);
    expect(first.settings).toMatchObject({ host: '127.0.0.1', database: 'telemetry' });
    await write(first.settings);
    const [server] = await runSql(
      first.settings,
      `select current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
              current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
              current_setting('server_version_num')::int / 10000 as major`,
    );
    expect(server).toEqual({ listens: '127.0.0.1', sockets: '', fsync: 'on', encoding: 'UTF8', major: 18 });
    await expect(runSql({ ...first.settings, password: 'guess' }, 'select 1')).rejects.toThrow(/password/);
    expect(statSync(join(folder, 'cluster')).mode & 0o077).toBe(0);
    await first.stop();
    await first.ended;
    expect(leftovers(dataOf(folder))).toEqual([]);

    const second = await start(folder);
    expect(await runSql(second.settings, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('refuses a second start on the folder, in one line, and the first goes on', async () => {
    const folder = madeFolder();
    const first = await start(folder);
    const second = await startOwner(folder);
    expect(second.error).toMatch(
      new RegExp(
        `^\\S+ is in use by a running service, process ${process.pid} \\(.*\\): stop that one, or set DATABASE_EMBEDDED_FOLDER to another folder\\.$`,
      ),
    );
    await expect(startEmbedded({ dataFolder: folder })).rejects.toThrow(/in use/);
    await write(first.settings);
  });

  it('is found by commands that run beside the service, with the process and port of the service', async () => {
    const folder = madeFolder();
    expect(await findRunning(folder)).toBeUndefined();
    const owner = await startOwner(folder);
    expect(await findRunning(folder)).toMatchObject({ dataFolder: folder, owner: { pid: owner.pid, port: undefined } });
    await killed(owner);
    expect(await findRunning(folder), 'its server lives, but no service').toBeUndefined();
    const next = await start(folder);
    await next.announce(5_001);
    const running = await findRunning(folder);
    expect(running?.owner).toEqual({ pid: process.pid, port: 5_001 });
    await write(running?.settings);
    await next.stop();
    expect(await findRunning(folder)).toBeUndefined();
  });

  it('lets exactly one of four processes win that start at once on an empty folder', async () => {
    const folder = temporaryFolder();
    const owners = await Promise.all([1, 2, 3, 4].map(() => startOwner(folder)));
    const [winner, ...more] = owners.filter((owner) => owner.settings !== undefined);
    expect(more).toEqual([]);
    await write(winner?.settings);
    for (const { error } of owners) if (error !== undefined) expect(error).toMatch(/is in use/);
    expect(await winner?.end('SIGTERM')).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['cluster', 'postgres.log']);
    expect(leftovers(dataOf(folder))).toEqual([]);
  });

  it('shuts the server of a killed service down first, and keeps its data', async () => {
    const folder = madeFolder();
    const owner = await startOwner(folder);
    await write(owner.settings);
    await killed(owner);
    const orphan = readPostmaster(dataOf(folder))?.pid ?? 0;
    expect(isAlive(orphan)).toBe(true);
    const notices: string[] = [];
    const next = await start(folder, notices);
    expect(notices).toEqual([expect.stringMatching(new RegExp(`killed.*process ${orphan}`))]);
    expect(readPostmaster(dataOf(folder))?.pid).not.toBe(orphan);
    expect(await runSql(next.settings, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('loses nothing when service and server are killed together, or only the server', async () => {
    const folder = madeFolder();
    const owner = await startOwner(folder);
    await write(owner.settings);
    await killed(owner);
    for (const pid of leftovers(dataOf(folder))) killUnlessGone(pid);
    const second = await startOwner(folder);
    await write(second.settings);
    const postmaster = readPostmaster(dataOf(folder))?.pid ?? 0;
    process.kill(postmaster, 'SIGKILL');
    await killed(second);
    const third = await start(folder);
    expect(await runSql(third.settings, 'select n from kept')).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it('reports when the server ends by itself', async () => {
    const embedded = await start(madeFolder());
    process.kill(readPostmaster(dataOf(embedded.dataFolder))?.pid ?? 0, 'SIGQUIT');
    await embedded.ended;
    await embedded.stop();
  });

  it('goes down with a service that crashes', async () => {
    const folder = madeFolder();
    const owner = await startOwner(folder);
    expect(await owner.end('SIGUSR2')).toBe(3);
    await expect.poll(() => leftovers(dataOf(folder))).toEqual([]);
  });

  it('outlives a Ctrl-C in the terminal, which the service answers in its own time', async () => {
    const folder = madeFolder();
    const owner = await startOwner(folder);
    process.kill(-owner.pid, 'SIGINT');
    await expect.poll(() => owner.said).toContainEqual({ interrupted: true });
    await write(owner.settings);
    expect(await owner.end('SIGTERM')).toBe(0);
    expect(leftovers(dataOf(folder))).toEqual([]);
  });

  it('is not misled by the process id of an old server that a stranger has got meanwhile', async () => {
    const folder = madeFolder();
    writeFileSync(
      join(dataOf(folder), 'postmaster.pid'),
      `${process.ppid}\n${dataOf(folder)}\n1\n1\n\n127.0.0.1\n\nready   \n`,
    );
    await write((await start(folder)).settings);
  });

  it('starts over if the creation of a data folder was interrupted', async () => {
    const folder = temporaryFolder();
    const unfinished = join(folder, 'cluster.unfinished-abcdef');
    mkdirSync(join(unfinished, 'data'), { recursive: true });
    utimesSync(unfinished, 0, 0);
    await write((await start(folder)).settings);
    expect(readdirSync(folder).sort()).toEqual(['cluster', 'postgres.log']);
  });

  describe('refuses in one line with the way out', () => {
    async function refusal(dataFolder: string): Promise<string> {
      const error = await startEmbedded({ dataFolder }).then(
        async (embedded) => {
          await embedded.stop();
          throw new Error('it started');
        },
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'EmbeddedPostgresError', message: expect.stringMatching(/^[^\n]+$/) });
      return error instanceof Error ? error.message : '';
    }

    it('the data of another major version', async () => {
      const file = join(dataOf(template), 'PG_VERSION');
      writeFileSync(file, '16\n');
      expect(await refusal(template)).toMatch(/made by PostgreSQL 16, .* brings PostgreSQL 18: .*move .*cluster away/);
      writeFileSync(file, '18\n');
    });

    it.each(['PG_VERSION', 'global/pg_control', 'base', '../password'])(
      'a half-written data folder without %s',
      async (name) => {
        const path = join(dataOf(template), name);
        renameSync(path, `${path}.aside`);
        expect(await refusal(template)).toMatch(/is no complete PostgreSQL data folder.*move .*cluster away/);
        renameSync(`${path}.aside`, path);
      },
    );

    it('a data folder that PostgreSQL cannot start on, in its words', async () => {
      const folder = madeFolder();
      writeFileSync(join(dataOf(folder), 'global', 'pg_control'), '');
      expect(await refusal(folder)).toMatch(/did not start: .*pg_control.* \(see .*postgres\.log\)/);
    });

    it('a folder that cannot be written', async () => {
      const file = join(temporaryFolder(), 'file');
      writeFileSync(file, '');
      expect(await refusal(join(file, 'data'))).toMatch(/cannot be written \(ENOTDIR.*another folder/);
    });

    it.runIf(process.platform === 'linux').each(['/proc/x', '/proc/x/y/z'])(
      'a folder where none can be made: %s',
      async (folder) => {
        expect(await refusal(folder)).toMatch(/cannot be written \(ENOENT.*another folder/);
      },
    );
  });

  it.runIf(isRoot)(
    'moves out of a folder that only root may enter where there are no user namespaces, and says where to',
    async () => {
      // Without PATH there is no `unshare`.
      vi.stubEnv('PATH', '/nowhere');
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
      const folder = temporaryFolder();
      const notices: string[] = [];
      const first = await start(folder, notices);
      const outside = join(first.dataFolder, '..');
      onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
      expect(notices).toEqual([
        `Only root can reach ${folder}: the embedded PostgreSQL and its data are in ${outside} instead.`,
      ]);
      expect(readdirSync(folder)).toEqual(['outside']);
      // Root's own, so that no other user can put a link there for root to follow; only the cluster is handed over.
      for (const kept of [outside, first.dataFolder, join(outside, 'native')])
        expect(statSync(kept)).toMatchObject({ uid: 0 });
      expect(statSync(join(first.dataFolder, 'cluster'))).toMatchObject({ uid: 65_534, mode: 0o040700 });
      expect(await findRunning(folder)).toMatchObject({ owner: { pid: process.pid } });
      await write(first.settings);
      await first.stop();
      const second = await start(folder);
      expect(await runSql(second.settings, 'select n from kept')).toEqual([{ n: 1 }]);
    },
  );

  it.runIf(isRoot)('never moves to a folder that another user could have made', async () => {
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const folder = temporaryFolder();
    const theirs = join(temporaryFolder(0o777), 'data');
    mkdirSync(theirs);
    symlinkSync(theirs, join(folder, 'outside'));
    await expect(startEmbedded({ dataFolder: folder })).rejects.toThrow(/is not a folder that only root can write/);
    expect(readdirSync(theirs)).toEqual([]);
  });

  it.runIf(isRoot)('hands over links and never what they lead to, and no file that has a second name', () => {
    const folder = temporaryFolder();
    const secret = join(temporaryFolder(), 'secret');
    writeFileSync(secret, 'root only', { mode: 0o600 });
    const given = join(folder, 'given');
    mkdirSync(given);
    symlinkSync(secret, join(given, 'link'));
    symlinkSync(join(secret, '..'), join(given, 'folder'));
    giveTo(65_534, given);
    symlinkSync(given, join(folder, 'link-to-all'));
    giveTo(0, join(folder, 'link-to-all'));
    expect(statSync(secret).uid).toBe(0);
    expect(statSync(given).uid).toBe(65_534);
    linkSync(secret, join(given, 'second-name'));
    expect(() => giveTo(65_534, given)).toThrow(/second name/);
    expect(statSync(secret).uid).toBe(0);
  });
});
