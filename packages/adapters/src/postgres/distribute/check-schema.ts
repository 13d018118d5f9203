import type pg from 'pg';
import { MigrationError } from '../migrate/error.js';
import { refuseLater } from '../migrate/refuse-later.js';
import { readStatus } from '../migrate/status.js';
import { undistributedTables } from './undistributed.js';

/** How many of the missing things a refusal names. */
const NAMED = 3;

/** @throws MigrationError if a migration, an index or a trigger is missing: the tables are distributed as they are */
export async function checkSchema(client: pg.Client): Promise<void> {
  const { pending, ahead, builds } = await readStatus(client);
  refuseLater(ahead);
  const missing = [
    ...pending.map((name) => `migration ${name}`),
    ...builds.filter(({ state }) => state !== 'valid').map(({ what, name, state }) => `${what} ${name} (${state})`),
  ];
  if (missing.length === 0) return;
  const rest = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  throw new MigrationError(
    `the schema is not complete, run "main.js migrate" first: ${missing.slice(0, NAMED).join(', ')}${rest}`,
  );
}

/** @throws MigrationError if only some of the tables are distributed, which no command of ours does */
export async function checkWhole(client: pg.Client): Promise<void> {
  const rest = (await undistributedTables(client)) ?? [];
  if (rest.length === 0) return;
  throw new MigrationError(
    `Citus distributes the table mobile already, but not together with ${rest.join(', ')}: run "select undistribute_table(…)" for those that are, and try again`,
  );
}
