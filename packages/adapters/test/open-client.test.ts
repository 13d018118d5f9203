import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, type DatabaseConnection, type DatabaseSettings } from '../src/index.js';
import { databaseServers, freshDatabase, runSql } from './support/databases.js';

describe.each(databaseServers())('a connection to $name', (server) => {
  function open(settings: DatabaseSettings = server.settings): DatabaseConnection {
    const connection = connect(settings);
    onTestFinished(() => connection.close());
    return connection;
  }

  it('gives dates as text, with microseconds, extremes and in UTC, whatever the database has as defaults', async () => {
    const settings = await freshDatabase(server);
    await runSql(
      settings,
      `alter database ${settings.database} set datestyle to 'SQL, DMY'`,
      `alter database ${settings.database} set timezone to 'America/New_York'`,
      `alter database ${settings.database} set extra_float_digits to 0`,
    );
    const { db } = open(settings);
    const { rows } = await sql`
      select timestamp '2022-03-04 05:06:07.089123' as micro, timestamptz '2022-03-04 05:06:07.089123+05:30' as zoned,
             timestamp 'infinity' as forever, timestamptz '-infinity' as never, timestamp '0044-03-15 BC' as ides,
             timestamptz '294276-12-31 23:59:59.999999+00' as last, date '2022-03-04' as day,
             array[timestamp '2022-03-04 05:06:07'] as several, 0.1::float8 + 0.2::float8 as exact,
             5e-324::float8 as tiny, 'NaN'::float8 as nan`.execute(db);
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

  it('gives every double back exactly, but -0, which is 0 to us', async () => {
    const { db } = open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 200 }), async (sent) => {
        const { rows } = await sql<{ n: number }>`select n from unnest(${sent}::float8[]) as n`.execute(db);
        for (const [index, value] of sent.entries()) expect(rows[index]?.n).toBe(value + 0);
      }),
    );
  });

  it('gives a blocked statement up by itself, lock before statement', async () => {
    const { db } = open();
    const { rows } = await sql`
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`.execute(db);
    expect(rows[0]).toEqual({ lock: '3500ms', statement: '4s' });
  });

  it('sends pipelined queries at once and answers each by itself, a failed one too', async () => {
    const { client, pooled } = await open().openPipelined();
    onTestFinished(() => client.end());
    expect(pooled).toBe(false);
    const answers = await Promise.allSettled([
      client.query({ name: 'one', text: 'select $1::int as n', values: [1] }),
      client.query('select 1 / $1::int', [0]),
      client.query({ name: 'one', text: 'select $1::int as n', values: [2] }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('survives the death of idle and busy connections, tells of it, and connects anew', async () => {
    const errors: Error[] = [];
    const connection = connect(server.settings, { onError: (error) => errors.push(error) });
    onTestFinished(() => connection.close());
    const { client } = await connection.openPipelined();
    const pid = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection.db)).rows[0]?.pid;
    const idle = await pid();
    const pipelined = (await client.query('select pg_backend_pid() as pid')).rows[0].pid;
    await runSql(
      server.settings,
      `select pg_terminate_backend(${idle}, 5000)`,
      `select pg_terminate_backend(${pipelined}, 5000)`,
    );
    await expect.poll(() => errors.length).toBeGreaterThanOrEqual(2);
    expect(await pid()).not.toBe(idle);
    await expect(client.query('select 1')).rejects.toThrow();
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(connection.db)).rejects.toThrow();
    await expect.poll(() => pid().catch(() => undefined)).toBeTypeOf('number');
  });

  it('counts its pool', async () => {
    const connection = open();
    expect(connection.poolStatistics()).toEqual({ total: 0, idle: 0, waiting: 0 });
    await Promise.all([1, 2, 3, 4, 5].map(() => sql`select pg_sleep(0.01)`.execute(connection.db)));
    expect(connection.poolStatistics()).toEqual({ total: 4, idle: 4, waiting: 0 });
  });

  it('refuses a wrong password at once, without trying it twice', async () => {
    const connection = open({ ...server.settings, password: 'wrong' });
    await expect(connection.openPipelined()).rejects.toMatchObject({ code: '28P01' });
    await expect(sql`select 1`.execute(connection.db)).rejects.toMatchObject({ code: '28P01' });
  });

  it('gives up a server that accepts and then says nothing, in good time and once', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const connection = open({ ...server.settings, port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
    const started = performance.now();
    const attempts = await Promise.allSettled([connection.openPipelined(), sql`select 1`.execute(connection.db)]);
    expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(sockets.length).toBe(2);
  });
});
