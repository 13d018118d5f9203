import type { TestProject } from 'vitest/node';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { serverNames, type UsableServer, useServer } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The servers of this run; see `databases.ts`. */
    servers: readonly {
      readonly name: string;
      readonly settings: DatabaseSettings;
      readonly direct: DatabaseSettings;
    }[];
  }
}

/** Starts each wanted server once for the whole run; DATABASES in the environment overrides the suite's own choice. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = serverNames(process.env['DATABASES'] ?? project.config.env?.['DATABASES'] ?? 'embedded');
  const started: UsableServer[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    for (const name of wanted) started.push(await useServer(name));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide(
    'servers',
    started.map(({ name, settings, direct }) => ({ name, settings, direct })),
  );
  return stop;
}
