import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { INDEXES } from '../../../../packages/adapters/src/postgres/migrations/indexes.js';
import { RECORD_TABLE_NAMES } from '../../../../packages/adapters/src/postgres/tables.js';
import { kinds } from '../support/kinds.js';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { expectRefusal, get, idOf, isSuccess, patch, post } from './support/requests.js';
import { expectExactlyOnce } from './support/writers.js';

let database: Database;
let url: string;

beforeAll(async () => {
  database = await Database.start();
  const service = await new Service({ ...database.env(), SHUTDOWN_DELAY: '0' }).ready();
  url = await service.url();
  // A trigger that is created while an index is built deadlocks with the build.
  const names = INDEXES.map(({ name }) => `'${name}'::regclass`).join(', ');
  const built = () =>
    database.sqlIn('telemetry', `select from pg_index where indisvalid and indexrelid in (${names})`).catch(() => []);
  await vi.waitFor(async () => expect(await built()).toHaveLength(INDEXES.length), { timeout: 60_000 });
});
afterAll(async () => {
  await Service.endAll();
  await database.remove();
});

/** Lets the server undo statements on a table with an error, as often as `fails` says of the how manieth it is. */
async function collide(table: string, state: string, fails: string): Promise<() => Promise<unknown>> {
  await database.sqlIn(
    'telemetry',
    // A sequence counts on even if the transaction that asked it is undone.
    'create sequence attempts',
    'grant usage on sequence attempts to public',
    `create function collide() returns trigger language plpgsql as $$
       declare attempt bigint := nextval('attempts');
       begin
         if ${fails} then raise 'a collision' using errcode = '${state}'; end if;
         return null;
       end $$`,
    `create trigger collide before insert or update on ${table} for each statement execute function collide()`,
  );
  return () => database.sqlIn('telemetry', 'drop function collide cascade', 'drop sequence attempts');
}

const errors = { deadlock: '40P01', 'serialization failure': '40001' };
const cases = Object.entries(errors).flatMap(([error, state]) =>
  kinds.map((kind, index) => ({ error, state, kind, name: kind.name, table: RECORD_TABLE_NAMES[index] ?? '' })),
);

describe.each(cases)('a $error ($name)', ({ error, state, kind, table }) => {
  it('is tried again, whatever was asked', async () => {
    const made = await post(url, { mark: `${error} ${table}`, kind });
    const end = await collide(table, state, 'attempt % 2 = 1');
    const alone = await post(url, { mark: `${error} ${table} alone`, kind });
    const once = await post(url, { mark: `${error} ${table} once`, kind, key: `${error} ${table}` });
    const changed = await patch(url, idOf(made), { app_version: error }, kind);
    await end();
    expect(isSuccess(alone), alone.text).toBe(true);
    expect(isSuccess(once), once.text).toBe(true);
    expect(changed).toMatchObject({ status: 200, text: expect.stringContaining(`"app_version":"${error}"`) });
  });

  it('that does not end is refused in time, and stores nothing', async () => {
    const end = await collide(table, state, 'true');
    const refused = await Promise.all([1, 2, 3].map((n) => post(url, { mark: `${error} ${table} ${n}`, kind })));
    await end();
    for (const seen of refused) expectRefusal(seen);
    const rows = await database.sqlIn(
      'telemetry',
      `select from ${table} where app_product ~ '^${error} ${table} [123]$'`,
    );
    expect(rows).toHaveLength(0);
  });
});

it('real ones, between the service and a session that takes the same rows in another order, end well', async () => {
  const made = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const seen = await post(url, { mark: `row ${n}` });
      return [`row ${n}`, idOf(seen)] as const;
    }),
  );
  const ids = made.map(([, id]) => id);
  await database.sql(`alter role ${database.role} set default_transaction_isolation to serializable`);
  await database.disconnect();
  let ended = false;
  const others = [ids, ids.toReversed()].map(async (order) => {
    const session = await database.session();
    await session.query('set deadlock_timeout to 50');
    // Until it has had its way once: the service may win every time.
    for (let committed = false; !ended || !committed; ) {
      await session.query('begin isolation level serializable');
      try {
        for (const id of order) await session.query('update mobile set model = $1 where uuid = $2', ['theirs', id]);
        await session.query('commit');
        committed = true;
      } catch {
        await session.query('rollback');
      }
    }
    await session.end();
  });
  let served = 0;
  for (let round = 0; round < 20; round++) {
    const seen = await Promise.all(ids.map((id) => patch(url, id, { display_name: `round ${round}` })));
    for (const answer of seen) {
      if (isSuccess(answer)) served++;
      else expectRefusal(answer);
    }
  }
  ended = true;
  await Promise.all(others);
  await database.sql(`alter role ${database.role} reset default_transaction_isolation`);
  await database.disconnect();
  expect(served).toBeGreaterThan(20);
  for (const id of ids) {
    expect((await patch(url, id, { display_name: 'last' })).status).toBe(200);
    expect(JSON.parse((await get(url, id)).text)).toMatchObject({ display_name: 'last', model: 'theirs' });
  }
  await expectExactlyOnce(database, new Map(made));
});
