import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { loadConfig } from '../config/load-config.js';
import type { Env } from '../config/read-settings.js';
import { readCommandLine } from './command-line.js';
import { serve } from './serve.js';
import { forPerson } from './startup-error.js';
import { serveAsWorker } from './workers/serve-as-worker.js';

/**
 * Runs the command line to its end.
 *
 * @returns the exit code
 */
export async function run(args: readonly string[], env: Env): Promise<number> {
  const command = readCommandLine(args, env['npm_lifecycle_event']);
  if (command.name === 'explain') {
    const output = command.exitCode === 0 ? process.stdout : process.stderr;
    output.write(`${command.text}\n`);
    return command.exitCode;
  }
  const readFile = (path: string) => readFileSync(path, 'utf8');
  try {
    if (cluster.isWorker) return await serveAsWorker(loadConfig(env, readFile));
    if (command.name !== 'serve') {
      // Loaded on demand: a service needs none of them.
      const { runCommand } = await import('./run-command.js');
      return await runCommand(command, env, readFile);
    }
    await serve(loadConfig(env, readFile));
    return 0;
  } catch (error) {
    process.stderr.write(`${forPerson(error)}\n`);
    return 1;
  }
}
