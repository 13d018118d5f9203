import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DatabaseSettings } from '../src/index.js';
import type { OpenClient } from '../src/postgres/connections/open-client.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { openForRequests, runSql } from './support/sql.js';

describe.each(databaseServers())('a connection to $name', (server) => {
  async function open(settings: DatabaseSettings = server.settings): Promise<OpenClient> {
    const opened = await openForRequests(settings);
    onTestFinished(() => opened.client.end());
    return opened;
  }

  it('returns dates as text, with microseconds, extremes and in UTC, whatever the database has as defaults', async () => {
    const settings = await freshDatabase(server);
    await runSql(
      settings,
      `alter database ${settings.database} set datestyle to 'SQL, DMY'`,
      `alter database ${settings.database} set timezone to 'America/New_York'`,
      `alter database ${settings.database} set extra_float_digits to 0`,
    );
    const { client } = await open(settings);
    const { rows } = await client.query(`
      select timestamp '2022-03-04 05:06:07.089123' as micro, timestamptz '2022-03-04 05:06:07.089123+05:30' as zoned,
             timestamp 'infinity' as forever, timestamptz '-infinity' as never, timestamp '0044-03-15 BC' as ides,
             timestamptz '294276-12-31 23:59:59.999999+00' as last, date '2022-03-04' as day,
             array[timestamp '2022-03-04 05:06:07'] as several, 0.1::float8 + 0.2::float8 as exact,
             5e-324::float8 as tiny, 'NaN'::float8 as nan`);
    expect(rows[0]).toEqual({
      micro: '2022-03-04 05:06:07.089123',
      zoned: '2022-03-03 23:36:07.089123+00',
      forever: 'infinity',
      never: '-infinity',
      ides: '0044-03-15 00:00:00 BC',
      last: '294276-12-31 23:59:59.999999+00',
      day: '2022-03-04',
      several: '{"2022-03-04 05:06:07"}',
      exact: 0.30000000000000004,
      tiny: 5e-324,
      nan: Number.NaN,
    });
  });

  it('is not changed by variables that a platform sets for other clients', async () => {
    vi.stubEnv('PGOPTIONS', '-c search_path=nowhere');
    vi.stubEnv('PGREPLICATION', 'database');
    vi.stubEnv('PGBINARY', 'true');
    vi.stubEnv('PGCLIENTENCODING', 'LATIN1');
    for (const name of ['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGPASSWORD', 'PGAPPNAME']) vi.stubEnv(name, '9');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { client } = await open();
    const { rows } = await client.query(`
      select current_setting('search_path') as path, current_setting('client_encoding') as encoding,
             current_setting('application_name') as name, 1 as one`);
    expect(rows[0]).toEqual({ path: '"$user", public', encoding: 'UTF8', name: 'polaris-telemetry', one: 1 });
  });

  it('lets a server that distributes the records plan with the values of parameters', async () => {
    const settings = await freshDatabase(server);
    const planning = async () => {
      const { client, distributed } = await open(settings);
      const { rows } = await client.query('show plan_cache_mode');
      return { distributed, ...rows[0] };
    };
    expect(await planning()).toEqual({ distributed: false, plan_cache_mode: 'force_generic_plan' });
    await runSql(
      settings,
      'create table mobile ()',
      'create table pg_dist_partition (logicalrelid regclass, partmethod "char")',
      `insert into pg_dist_partition values ('mobile', 'h')`,
    );
    expect(await planning()).toEqual({ distributed: true, plan_cache_mode: 'auto' });
  });

  it('returns every double exactly, except -0, which is 0 to us', async () => {
    const { client } = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 200 }), async (sent) => {
        const { rows } = await client.query<{ n: number }>('select n from unnest($1::float8[]) as n', [sent]);
        for (const [index, value] of sent.entries()) expect(rows[index]?.n).toBe(value + 0);
      }),
    );
  });

  it('gives up a blocked statement by itself, the lock before the statement', async () => {
    const { client } = await open();
    const { rows } = await client.query(
      `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
    );
    expect(rows[0]).toEqual({ lock: '3500ms', statement: '4s' });
  });

  it('sends pipelined queries at once and answers each by itself, a failed one too', async () => {
    const { client, pooled } = await open();
    expect(pooled).toBe(false);
    const answers = await Promise.allSettled([
      client.query({ name: 'one', text: 'select $1::int as n', values: [1] }),
      client.query('select 1 / $1::int', [0]),
      client.query({ name: 'one', text: 'select $1::int as n', values: [2] }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('that dies, idle or busy, says so, ends nothing but itself, and can be reopened', async () => {
    const errors: Error[] = [];
    const { client: idle } = await openForRequests(server.settings, (error) => errors.push(error));
    const { rows } = await idle.query<{ pid: number }>('select pg_backend_pid() as pid');
    await runSql(server.settings, `select pg_terminate_backend(${rows[0]?.pid}, 5000)`);
    await expect.poll(() => errors.length).toBeGreaterThanOrEqual(1);
    await expect(idle.query('select 1')).rejects.toThrow();
    const { client: busy } = await openForRequests(server.settings);
    await expect(busy.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
    const { client } = await open();
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });

  it('gives up on a server that accepts and then stays silent, in time and only once', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const started = performance.now();
    await expect(openForRequests({ ...server.settings, port })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    // After 3.5 s; the rest is for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(sockets.length).toBe(1);
  });
});
