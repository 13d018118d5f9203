import type pg from 'pg';
import { MigrationError } from '../migrate/error.js';

/** Lets row triggers reach the rows of the same owner; Citus has it since version 11. */
const UNSAFE_TRIGGERS = 'citus.enable_unsafe_triggers';

/** How an operator sets it on a node. */
const SET = `alter system set ${UNSAFE_TRIGGERS} = on, then select pg_reload_conf()`;

/**
 * Ensures that the server's Citus can distribute the tables.
 *
 * @throws MigrationError saying what is missing, and on which node
 */
export async function checkCitus(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ setting: string | null }>(
    `select current_setting($1, true) as setting from pg_extension where extname = 'citus'`,
    [UNSAFE_TRIGGERS],
  );
  const [citus] = rows;
  if (citus === undefined) {
    throw new MigrationError(
      'the database has no Citus: install it on this server and on the workers, run "create extension citus" in this database on each, and add the workers (docs/citus.md)',
    );
  }
  if (citus.setting === null) throw new MigrationError('this version of Citus is too old: use 11 or later');
  if (citus.setting !== 'on') throw new MigrationError(`${UNSAFE_TRIGGERS} is off on the coordinator: ${SET}`);
  const workers = await client.query<{ node: string; success: boolean; result: string }>(
    `select nodename || ':' || nodeport as node, success, result from run_command_on_workers($1)`,
    [`show ${UNSAFE_TRIGGERS}`],
  );
  for (const { node, success, result } of workers.rows) {
    if (!success) throw new MigrationError(`the worker ${node} does not answer: ${result}`);
    if (result !== 'on') throw new MigrationError(`${UNSAFE_TRIGGERS} is off on the worker ${node}: ${SET}`);
  }
}
