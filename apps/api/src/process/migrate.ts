import type { CommandConfig } from '../config/load-config.js';
import { type MigrationStatus, openDatabaseBeside } from '../database.js';
import type { MigrateDirection } from './command-line.js';
import { describeProgress } from './describe-progress.js';

/** What `main.js migrate` was asked for. */
export interface MigrateRequest {
  readonly direction: MigrateDirection;
  /** Whether `down` may lose records. */
  readonly dropAllRecords: boolean;
}

/** `main.js migrate`: changes the schema, or reports on it, and ends. What it does is said on standard output. */
export async function migrate(config: CommandConfig, { direction, dropAllRecords }: MigrateRequest): Promise<void> {
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  const database = await openDatabaseBeside(config.database, say);
  const options = { onProgress: (progress: Parameters<typeof describeProgress>[0]) => say(describeProgress(progress)) };
  try {
    if (direction === 'up') {
      await database.schema.up(options);
      await database.schema.buildWhileServing(options);
      say('The schema is up to date.');
    } else if (direction === 'down') {
      await database.schema.down({ ...options, dropAllRecords });
      say('The schema is as it was before this service.');
    } else {
      for (const line of describeStatus(await database.schema.status())) say(line);
    }
  } finally {
    await database.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describeStatus({ done, pending, ahead, builds, alembicHeads, alembicExpected }: MigrationStatus): string[] {
  return [
    ...done.map((name) => `migration ${name}: done`),
    ...pending.map((name) => `migration ${name}: pending`),
    ...ahead.map((name) => `migration ${name}: done by a later version of the service`),
    ...builds.map(({ what, name, state }) => `${what} ${name}: ${state}`),
    alembicHeads === undefined
      ? 'The database was never the Python service’s.'
      : `The Python service’s schema is at ${alembicHeads.join(', ') || 'no revision'}; ${alembicExpected} can be taken over.`,
  ];
}
