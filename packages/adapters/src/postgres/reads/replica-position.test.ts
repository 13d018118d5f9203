import { expect, it } from 'vitest';
import { hasReached, type LogPosition, type ReplicaPosition } from './replica-position.js';

const mark = (lsn: string | null): LogPosition => ({ system: '1', timeline: 1, lsn });
const replica = (lsn: string | null, difference: Partial<ReplicaPosition> = {}): ReplicaPosition => ({
  ...mark(lsn),
  isReplica: true,
  ...difference,
});

it.each([
  ['0/15125E8', '0/15125E8', true],
  ['0/15125E8', '0/15125E9', false],
  ['0/FFFFFFFF', '1/0', false],
  ['1/0', '0/FFFFFFFF', true],
  // As numbers, not as texts; the lower half lacks its leading zeros.
  ['10/0', '9/FFFFFFFF', true],
  ['A/10', 'A/9', true],
  ['FFFFFFFF/FFFFFFFF', 'FFFFFFFF/FFFFFFFE', true],
])('at %s, %s is reached: %s', (at, wanted, reached) => {
  expect(hasReached(replica(at), mark(wanted))).toBe(reached);
});

it('nothing is known of a server that is no replica, of another cluster, another timeline, or has no position', () => {
  expect(hasReached(replica('9/0', { isReplica: false }), mark('1/0'))).toBe(false);
  expect(hasReached(replica('9/0', { system: '2' }), mark('1/0'))).toBe(false);
  expect(hasReached(replica('9/0', { timeline: 2 }), mark('1/0'))).toBe(false);
  expect(hasReached(replica(null), mark('1/0'))).toBe(false);
  expect(hasReached(replica('9/0'), mark(null))).toBe(false);
});
