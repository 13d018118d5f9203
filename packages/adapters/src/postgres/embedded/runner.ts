import { type SpawnOptions, spawnSync } from 'node:child_process';
import type { Binaries } from './binaries.js';

/**
 * How to run PostgreSQL's programs. They refuse to run as root, so a service that runs as root (in a container, on a
 * build machine) runs them as an unprivileged user.
 */
export interface Runner {
  wrap(program: string, args: readonly string[]): { file: string; args: string[]; options: SpawnOptions };
  /** The required owner of the data folder; undefined if it stays as it is. */
  readonly owner: number | undefined;
}

/** Runner, binaries and data folder that fit together. */
export interface Setup {
  readonly runner: Runner;
  readonly binaries: Binaries;
  readonly dataFolder: string;
}

/** `nobody`: PostgreSQL requires a user that the system knows by name. */
const NOBODY = 65_534;

export const asSelf: Runner = {
  owner: undefined,
  wrap: (program, args) => ({ file: program, args: [...args], options: {} }),
};

export const asNobody: Runner = {
  owner: NOBODY,
  wrap: (program, args) => ({ file: program, args: [...args], options: { uid: NOBODY, gid: NOBODY } }),
};

/** Still root to the file system, so a 0700 folder above is no obstacle, but `nobody` to itself. */
export const inUserNamespace: Runner = {
  owner: 0,
  wrap: (program, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY}`, '--', program, ...args],
    options: {},
  }),
};

/** Whether PostgreSQL's programs run in this way. */
export function works(runner: Runner, binaries: Binaries): boolean {
  const { file, args, options } = runner.wrap(binaries.postgres, ['--version']);
  return spawnSync(file, args, { ...options, stdio: 'ignore' }).status === 0;
}
