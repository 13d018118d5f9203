import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionPool } from '../src/postgres/statements/connection-pool.js';
import { statement } from '../src/postgres/statements/statement.js';
import { StatementRunner } from '../src/postgres/statements/statement-runner.js';
import { WaitingRoom } from '../src/postgres/statements/waiting-call.js';
import { databaseServers } from './support/databases.js';
import { openForRequests } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

interface Nap {
  readonly seconds: number;
}

/** Large rows, each behind a nap: the server sends what fills its buffer at once. */
function largeRows(name: string, repeatable: boolean) {
  return statement<Nap>(name, { repeatable }, { seconds: 'double precision' }, (inputs) => {
    return sql`select n, repeat('x', 100000) as text, pg_sleep(seconds) from ${inputs('nap')}`;
  });
}

describe.each(databaseServers())('rows on their way from $name', (server) => {
  const suite = storeForSuite(server);
  let pool: ConnectionPool;
  let runner: StatementRunner;

  beforeAll(() => {
    pool = new ConnectionPool({
      open: (onError) => openForRequests(suite.settings, onError),
      most: 1,
      pipelined: true,
    });
    runner = new StatementRunner(pool, pool, new WaitingRoom(10), undefined);
  });
  afterAll(() => pool.close());

  /** Whether a call is answered while one in the same statement is still being worked for. */
  async function isAnsweredBeforeTheOther(repeatable: boolean): Promise<boolean> {
    const ask = runner.ask<Nap, { readonly text: string }>(largeRows(`test.large-${repeatable}`, repeatable));
    // The connection is open, and knows the columns.
    await Promise.all([ask({ seconds: 0 }), ask({ seconds: 0 }), ask({ seconds: 0 })]);
    const first = ask({ seconds: 0 });
    // The server keeps the end of a row in its buffer until the next one pushes it out.
    const next = ask({ seconds: 0 });
    let hasOther = false;
    const other = ask({ seconds: 1 }).then(() => {
      hasOther = true;
    });
    expect((await first)?.text).toHaveLength(100_000);
    await new Promise((resolve) => setImmediate(resolve));
    const isEarly = !hasOther;
    await Promise.all([next, other]);
    return isEarly;
  }

  it('of what only reads are handed on one by one, so that they are not all in memory', async () => {
    expect(await isAnsweredBeforeTheOther(true)).toBe(true);
  });

  it('returned by writes are passed on once all of them are stored', async () => {
    expect(await isAnsweredBeforeTheOther(false)).toBe(false);
  });
});
