import { loadCommandConfig } from '../config/load-config.js';
import type { Env } from '../config/read-settings.js';
import { checkFleet } from './check-fleet.js';
import type { Command } from './commands.js';
import { doctor } from './doctor/doctor.js';
import { listErasures } from './erasures/list-erasures.js';
import { replayErasures } from './erasures/replay-erasures.js';
import { exportTable } from './export/export-table.js';
import { migrate } from './migrate.js';
import { retain } from './retain.js';

/**
 * Runs a command that does not serve, to its end.
 *
 * @returns the exit code
 * @throws what the command throws
 */
export async function runCommand(
  command: Exclude<Command, { readonly name: 'serve' | 'explain' }>,
  env: Env,
  readFile: (path: string) => string,
): Promise<number> {
  if (command.name === 'doctor') return doctor(env, readFile, command);
  const config = loadCommandConfig(env, readFile);
  if (command.name === 'check-fleet') return checkFleet(config, command);
  if (command.name === 'export') await exportTable(config, command);
  else if (command.name === 'retention') await retain(config, command);
  else if (command.name === 'migrate') await migrate(config, command);
  else await (command.action === 'list' ? listErasures(config) : replayErasures(config, command.file));
  return 0;
}
