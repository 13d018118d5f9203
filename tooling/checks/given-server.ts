import { givenServer } from '../../packages/adapters/test/support/given-server.ts';
import type { Outcome } from './outcome.ts';
import type { Suite } from './suites.ts';

/** Whether TEST_DATABASE_URL names a server: then the suites that start servers of their own stay out. */
export const hasGivenServer = (process.env['TEST_DATABASE_URL'] ?? '') !== '';

/**
 * Returns why a suite stays out of this run; undefined if it runs.
 *
 * @param server what `checkGivenServer` found; undefined without TEST_DATABASE_URL
 */
export function whyNot({ given, on }: Pick<Suite, 'given' | 'on'>, server: Outcome | undefined): string | undefined {
  if (given) {
    if (server === undefined) return 'needs TEST_DATABASE_URL';
    return server.failed > 0 ? 'the server of TEST_DATABASE_URL cannot be used' : undefined;
  }
  const needsNone = on === 'no database' || on === 'in-memory';
  return server === undefined || needsNone ? undefined : 'has a server of its own: runs without TEST_DATABASE_URL';
}

/** Asks the server of TEST_DATABASE_URL what it is and whether tests may create databases there: red in one line if not. */
export async function checkGivenServer(): Promise<Outcome> {
  const started = performance.now();
  const outcome = (on: string, remark?: string): Outcome => {
    const [passed, failed] = remark === undefined ? [1, 0] : [0, 1];
    const seconds = (performance.now() - started) / 1000;
    return {
      title: 'the server of TEST_DATABASE_URL',
      on,
      passed,
      failed,
      skipped: 0,
      seconds,
      ...(remark !== undefined && { remark }),
    };
  };
  try {
    const { createsDatabases, version } = await ask();
    if (createsDatabases) return outcome(version);
    return outcome(version, 'its role may not create databases (alter role … createdb)');
  } catch (error) {
    return outcome('nothing', error instanceof Error ? error.message : String(error));
  }
}

/** What was built is there only now. @throws Error with the reason, in one line without a secret */
async function ask(): Promise<{ version: string; createsDatabases: boolean }> {
  const settings = givenServer(process.env['TEST_DATABASE_URL']);
  const { failureReason } = await import('../../packages/adapters/dist/index.js');
  const { openClient } = await import('../../packages/adapters/dist/postgres/connections/open-client.js');
  const { REQUEST_LIMITS } = await import('../../packages/adapters/dist/postgres/connections/session.js');
  try {
    const { client } = await openClient(settings, { limits: REQUEST_LIMITS });
    try {
      const { rows } = await client.query<{ version: string; may: boolean }>(
        `select current_setting('server_version') as version, rolcreatedb or rolsuper as may
           from pg_roles where rolname = current_user`,
      );
      return { version: `PostgreSQL ${rows[0]?.version}`, createsDatabases: rows[0]?.may === true };
    } finally {
      await client.end();
    }
  } catch (error) {
    // The variables that the reason may name are the service's, not this one's.
    throw new Error(failureReason(error).replaceAll(/ \((DATABASE|PGSSL)_?\w+(, \w+)*\)/g, ''));
  }
}
