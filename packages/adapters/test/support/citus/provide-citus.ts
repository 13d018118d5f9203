import { cpSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STAND_IN = fileURLToPath(new URL('extension', import.meta.url));

/**
 * Puts a stand-in for the extension `citus` where the server finds it: Citus itself is neither in Debian nor on npm. It has
 * Citus's catalogue and refuses what Citus refuses to do to tables; what Citus refuses to run, `check-statement` finds.
 *
 * @param data PostgreSQL's data folder, because the server's user can read it
 * @returns the server's parameters, as a cluster that distributes this service's tables has them
 */
export function provideCitus(data: string): Readonly<Record<string, string>> {
  const folder = join(data, 'citus');
  cpSync(STAND_IN, join(folder, 'extension'), { recursive: true });
  return { extension_control_path: `${folder}${delimiter}$system`, 'citus.enable_unsafe_triggers': 'on' };
}
