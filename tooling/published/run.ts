import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a Node script with this Node, first in the PATH of whatever it starts.
 *
 * @returns what it printed to stdout
 * @throws Error with all that it printed, when it does not end with 0
 */
export function runScript(folder: string, script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd: folder, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${script} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

/** The path of a file of a dependency of the tooling, by its path within it. */
export function toolPath(dependency: string, file: string): string {
  return `${repository}node_modules/${dependency}/${file}`;
}

/** The repository's own pnpm. */
export const pnpm = toolPath('pnpm', 'bin/pnpm.mjs');
