import { expect, it } from 'vitest';
import { type ServerVitals, worstActivity, worstLog, worstServer } from './questions.js';

const well: ServerVitals = {
  version: 180_000,
  encoding: 'UTF8',
  recovering: false,
  read_only: false,
  fsync: true,
  full_page_writes: true,
  synchronous_commit: 'on',
  autovacuum: true,
  max_connections: 200,
  connections: 10,
  transaction_age: 1_000,
  limits_statements: true,
};

it.each<Partial<ServerVitals>>([
  { version: 140_000 },
  { encoding: 'LATIN1' },
  { recovering: true },
  { read_only: true },
  { fsync: false },
  { full_page_writes: false },
  { synchronous_commit: 'off' },
  { autovacuum: false },
  { connections: 90, max_connections: 100 },
  { transaction_age: 2_000 },
])('a server that is not well is seen among others: %j', (trouble) => {
  const ill = { ...well, ...trouble };
  expect(worstServer(well, ill)).toEqual(ill);
  expect(worstServer(ill, well)).toEqual(ill);
});

it('what happens on several servers is added up, and the longest is kept', () => {
  const quiet = { longest_transaction: null, blocked: 0, prepared_transactions: 1 };
  const busy = { longest_transaction: 5, blocked: 2, prepared_transactions: 1 };
  expect(worstActivity(quiet, busy)).toEqual({ longest_transaction: 5, blocked: 2, prepared_transactions: 2 });
  const full = { inactive_slots: 1, archiving_fails: true };
  expect(worstLog({ inactive_slots: 1, archiving_fails: false }, full)).toEqual({ ...full, inactive_slots: 2 });
});
