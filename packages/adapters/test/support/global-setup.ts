import type { TestProject } from 'vitest/node';
import type { DatabaseSettings } from '../../src/postgres/settings.js';
import { startTestServer, type TestServer, wantedServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The servers of this run; see `databases.ts`. */
    servers: readonly { readonly name: string; readonly settings: DatabaseSettings }[];
  }
}

/** Starts each wanted server once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: TestServer[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    for (const name of wantedServers()) started.push(await startTestServer(name));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide(
    'servers',
    started.map(({ name, settings }) => ({ name, settings })),
  );
  return stop;
}
