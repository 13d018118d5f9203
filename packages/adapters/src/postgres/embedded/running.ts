import { join, resolve } from 'node:path';
import type { DatabaseSettings } from '../connections/settings.js';
import { readPassword, settingsFor } from './data-folder.js';
import { OUTSIDE } from './move-outside.js';
import { findOwner, type Owner } from './owner-lock.js';
import { readPostmaster, worksIn } from './processes.js';

/** An embedded server started by a living service. */
export interface RunningEmbedded {
  readonly settings: DatabaseSettings;
  readonly dataFolder: string;
  /** The service. */
  readonly owner: Owner;
}

/**
 * Finds the server that a service runs on this data folder, for commands that work on the same data.
 *
 * @returns undefined if there is no such living service, or if this user may not read its files
 */
export async function findRunning(dataFolder: string): Promise<RunningEmbedded | undefined> {
  const wanted = resolve(dataFolder);
  for (const folder of [wanted, join(wanted, OUTSIDE)]) {
    const cluster = join(folder, 'cluster');
    const postmaster = readPostmaster(join(cluster, 'data'));
    if (postmaster === undefined || !worksIn(postmaster.pid, join(cluster, 'data'))) continue;
    const settings = settingsFor({ password: readPassword(cluster) }, postmaster.port);
    const owner = await findOwner(settings).catch(() => undefined);
    if (owner !== undefined) return { settings, dataFolder: folder, owner };
  }
  return undefined;
}
