import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { type Catalogue, readCatalogue } from './citus/limits/catalogue.js';
import { createTemplate } from './migrated.js';
import { serverNames, useServer } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The servers of this run; see `databases.ts`. */
    servers: readonly {
      readonly name: string;
      readonly settings: DatabaseSettings;
      readonly direct: DatabaseSettings;
      readonly template: string;
      readonly distributed: boolean;
    }[];
    /** Of the distributed databases of this run, if there are any. */
    catalogue: Catalogue | undefined;
  }
}

/** Starts each wanted server once for the whole run; DATABASES in the environment overrides the suite's own choice. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = serverNames(process.env['DATABASES'] ?? project.config.env?.['DATABASES'] ?? 'embedded');
  const started: ProvidedContext['servers'][number][] = [];
  const stops: (() => Promise<void>)[] = [];
  let catalogue: Catalogue | undefined;
  const stop = async () => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    for (const each of wanted) {
      const server = await useServer(each);
      stops.push(() => server.stop());
      const { name, settings, direct } = server;
      const template = await createTemplate(direct);
      stops.push(() => template.drop());
      catalogue ??= await readCatalogue({ ...direct, database: template.name });
      started.push({ name, settings, direct, template: template.name, distributed: template.distributed });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('servers', started);
  project.provide('catalogue', catalogue);
  return stop;
}
