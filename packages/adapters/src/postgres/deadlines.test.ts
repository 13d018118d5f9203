import { expect, it } from 'vitest';
import { DEADLINES } from './deadlines.js';

const { probe, rowLockInBatch, rowLock, lock, connect, readiness, silence, record, reads, erasure } = DEADLINES;

/** Each is well below the next, by the time an answer needs to get through. */
function expectOrder(...limits: readonly number[]): void {
  limits.forEach((limit, index) => {
    const next = limits[index + 1];
    if (next !== undefined) expect(limit + 200).toBeLessThanOrEqual(next);
  });
}

it.each([
  { name: 'a record', deadlines: record, promise: 5_000 },
  { name: 'a reading operation', deadlines: reads, promise: 15_000 },
  { name: 'an erasure', deadlines: erasure, promise: 60_000 },
])('$name is answered in time, by the component nearest to the fault', ({ deadlines, promise }) => {
  expectOrder(deadlines.statement, deadlines.call, deadlines.request, promise);
});

it('the health check is answered within 2 s', () => {
  expectOrder(probe, 2_000);
});

it('a caller that has to wait gets at least 3 s: for a row, a lock, a connection, the start of the service', () => {
  for (const wait of [rowLock, lock, connect, readiness]) {
    expect(wait).toBeGreaterThanOrEqual(3_000);
    // A call that has waited still needs time to work.
    expectOrder(wait, record.request);
  }
  expectOrder(rowLockInBatch + rowLock, record.call);
  expectOrder(lock, record.statement);
});

it('a connection counts as dead after its server should have spoken, and before the request is given up', () => {
  expectOrder(record.statement, silence, record.request);
});
