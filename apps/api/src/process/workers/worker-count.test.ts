import { expect, test } from 'vitest';
import { coresFor, workersForMachine, workersForServer } from './worker-count.js';

const MIB = 1_048_576;

test.each([
  [1, 8_192, 1],
  [4, 8_192, 4],
  [16, 512, 1],
  [16, 1_024, 3],
  [2, 100, 1],
])('%i cores and %i MiB have room for %i', (cores, mebibytes, workers) => {
  expect(workersForMachine(cores, mebibytes * MIB)).toBe(workers);
});

test('this machine has room for one', () => {
  expect(workersForMachine(1)).toBe(1);
});

test.each([
  [1, 1],
  [2, 1],
  [8, 4],
])('the embedded PostgreSQL leaves of %i cores %i', (cores, left) => {
  expect(coresFor({ kind: 'embedded' }, cores)).toBe(left);
  expect(coresFor({ kind: 'server' }, cores)).toBe(cores);
});

test.each([
  [100, 2],
  [20, 1],
  [1_000, 27],
])('half of %i connections serve %i workers', (connections, workers) => {
  expect(workersForServer(connections)).toBe(workers);
});
