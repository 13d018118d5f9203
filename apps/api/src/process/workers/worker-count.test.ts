import { expect, test } from 'vitest';
import { workersForMachine, workersForServer } from './worker-count.js';

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

test('this machine has room for at least one, and for no more than its cores', () => {
  expect(workersForMachine()).toBeGreaterThanOrEqual(1);
});

test.each([
  [100, 2],
  [20, 1],
  [1_000, 27],
])('half of %i connections serve %i workers', (connections, workers) => {
  expect(workersForServer(connections)).toBe(workers);
});
