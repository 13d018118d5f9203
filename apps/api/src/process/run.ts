import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { loadCommandConfig, loadConfig } from '../config/load-config.js';
import type { Env } from '../config/read-settings.js';
import { checkFleet } from './check-fleet.js';
import { readCommandLine } from './command-line.js';
import { doctor } from './doctor/doctor.js';
import { listErasures } from './erasures/list-erasures.js';
import { replayErasures } from './erasures/replay-erasures.js';
import { exportTable } from './export/export-table.js';
import { migrate } from './migrate.js';
import { retain } from './retain.js';
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
    if (command.name === 'serve') await serve(loadConfig(env, readFile));
    else if (command.name === 'export') await exportTable(loadCommandConfig(env, readFile), command);
    else if (command.name === 'retention') await retain(loadCommandConfig(env, readFile), command);
    else if (command.name === 'doctor') return await doctor(env, readFile, command);
    else if (command.name === 'erasures') {
      const commandConfig = loadCommandConfig(env, readFile);
      await (command.action === 'list' ? listErasures(commandConfig) : replayErasures(commandConfig, command.file));
    } else if (command.name === 'check-fleet') return await checkFleet(loadCommandConfig(env, readFile), command);
    else await migrate(loadCommandConfig(env, readFile), command);
    return 0;
  } catch (error) {
    process.stderr.write(`${forPerson(error)}\n`);
    return 1;
  }
}
