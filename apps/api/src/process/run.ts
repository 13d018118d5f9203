import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.js';
import { loadConfig } from '../config/load-config.js';
import type { Env } from '../config/read-settings.js';
import { isMigrateDirection, migrate } from './migrate.js';
import { serve } from './serve.js';
import { oneLine } from './startup-error.js';

const USAGE = `Usage: main.js                            serve
       main.js migrate [up|down|status]   bring the schema up to date, take it back, or tell how far it is`;

/**
 * Does what the command line asks for, to its end.
 *
 * @returns the exit code
 */
export async function run(args: readonly string[], env: Env): Promise<number> {
  try {
    const [command, direction = 'up', ...rest] = args;
    if (command === undefined) {
      await serve(configOf(env));
      return 0;
    }
    if (command !== 'migrate' || rest.length > 0 || !isMigrateDirection(direction)) {
      process.stderr.write(`${USAGE}\n`);
      return 2;
    }
    await migrate(configOf(env), direction);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : oneLine(error)}\n`);
    return 1;
  }
}

function configOf(env: Env) {
  return loadConfig(env, (path) => readFileSync(path, 'utf8'));
}
