import type { CommandConfig } from '../config/load-config.js';
import {
  encodingFault,
  foreseenFailure,
  type MigrationStatus,
  type OpenDatabase,
  openDatabaseBeside,
} from '../database.js';
import type { DropConsent, MigrateDirection } from './commands.js';
import { describeProgress } from './describe-progress.js';
import { StartupError } from './startup-error.js';

/** The options of `main.js migrate`. */
export interface MigrateRequest extends DropConsent {
  readonly direction: MigrateDirection;
}

/**
 * `main.js migrate`: changes the schema, or reports on it, and ends. It prints what it does to standard output.
 *
 * @throws StartupError if the database is unusable; what else the schema throws
 */
export async function migrate(config: CommandConfig, request: MigrateRequest): Promise<void> {
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  const database = await openDatabaseBeside(config.database, say);
  try {
    await run(database, request);
  } catch (error) {
    // A failed migration names itself and adds the server's words.
    const reason = error instanceof Error && error.name === 'MigrationError' ? undefined : foreseenFailure(error);
    throw reason === undefined ? error : new StartupError(`The database cannot be used: ${reason}.`);
  } finally {
    await database.close();
  }
}

async function run({ schema }: OpenDatabase, { direction, ...consent }: MigrateRequest): Promise<void> {
  const options = { onProgress: (progress: Parameters<typeof describeProgress>[0]) => say(describeProgress(progress)) };
  if (direction === 'up') {
    await schema.up(options);
    await schema.buildWhileServing(options);
    say('The schema is up to date.');
  } else if (direction === 'down') {
    await schema.down({ ...options, ...consent });
    say('The schema is as it was before this service.');
  } else if (direction === 'distribute') {
    const done = await schema.distribute(options);
    say(done ? 'The records are distributed: start the services again.' : 'The records were distributed already.');
  } else {
    for (const line of describeStatus(await schema.status())) say(line);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describeStatus(status: MigrationStatus): string[] {
  const { done, pending, ahead, builds, undistributed, encoding, alembicHeads, alembicExpected } = status;
  const wrongEncoding = encodingFault(encoding);
  return [
    ...(wrongEncoding === undefined ? [] : [wrongEncoding]),
    ...done.map((name) => `migration ${name}: done`),
    ...pending.map((name) => `migration ${name}: pending`),
    ...ahead.map((name) => `migration ${name}: done by a later version of the service`),
    ...builds.map(({ what, name, state }) => `${what} ${name}: ${state}`),
    ...(undistributed === undefined ? [] : ['The records are distributed by owner, by Citus.']),
    ...(undistributed ?? []).map((name) => `table ${name}: not distributed with them`),
    alembicHeads === undefined
      ? 'The database was never the Python service’s.'
      : `The Python service’s schema is at ${alembicHeads.join(', ') || 'no revision'}; ${alembicExpected} can be taken over.`,
  ];
}
