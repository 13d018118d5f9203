import type { CommandConfig } from '../../config/load-config.js';
import { writeKeptErasures } from '../../wire/kept-erasures.js';
import { onErasures } from './on-erasures.js';

/**
 * `main.js erasures list`: writes receipts, and the keys of their digests, to standard output, to be kept outside the
 * database.
 *
 * @throws StartupError when the database cannot be read
 */
export async function listErasures(config: CommandConfig): Promise<void> {
  await onErasures(config, async ({ list }) => {
    for (const line of writeKeptErasures(await list())) process.stdout.write(`${line}\n`);
  });
}
