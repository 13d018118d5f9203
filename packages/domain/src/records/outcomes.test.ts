import { describe, expect, it } from 'vitest';
import { NotFoundError, RetryConflictError, RetryInProgressError, StaleRecordError } from '../errors.js';
import { foundRecord, recordAfter, registeredBy } from './outcomes.js';

const record = 'the record';

describe('what use cases make of outcomes', () => {
  it('of an addition', () => {
    expect(registeredBy({ outcome: 'added', record })).toEqual({ record, replayed: false });
    expect(registeredBy({ outcome: 'replayed', record })).toEqual({ record, replayed: true });
    expect(() => registeredBy({ outcome: 'conflict' })).toThrow(RetryConflictError);
    expect(() => registeredBy({ outcome: 'in-progress' })).toThrow(RetryInProgressError);
  });

  it('of a change', () => {
    expect(recordAfter({ outcome: 'updated', record })).toBe(record);
    expect(recordAfter({ outcome: 'unchanged', record })).toBe(record);
    expect(() => recordAfter({ outcome: 'missing' })).toThrow(NotFoundError);
    expect(() => recordAfter({ outcome: 'stale' })).toThrow(StaleRecordError);
  });

  it('of a question', () => {
    expect(foundRecord(record)).toBe(record);
    expect(() => foundRecord(undefined)).toThrow(NotFoundError);
    // Only undefined means that there is none.
    expect(foundRecord(null)).toBe(null);
  });
});
