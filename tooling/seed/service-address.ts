import { readFileSync } from 'node:fs';
import { loadCommandConfig } from '../../apps/api/dist/config/load-config.js';

/**
 * Where the service of this environment listens: PORT or SERVER_PORT where one is set, else the port on which the
 * service that owns the embedded PostgreSQL serves, else the default.
 */
export async function serviceAddress(): Promise<string> {
  const port = [process.env['PORT'], process.env['SERVER_PORT']].find((text) => text && text !== '0');
  return `http://127.0.0.1:${port ?? (await portOfRunning()) ?? 5000}`;
}

async function portOfRunning(): Promise<number | undefined> {
  const { database } = loadCommandConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if (database.kind !== 'embedded') return undefined;
  const { findRunning } = await import('../../packages/adapters/dist/postgres/embedded.js');
  return (await findRunning(database.dataFolder))?.owner.port;
}
