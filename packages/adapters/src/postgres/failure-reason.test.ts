import pg from 'pg';
import { expect, test } from 'vitest';
import { DatabaseSettingsError } from './connections/settings.js';
import { failureReason, foreseenFailure } from './failure-reason.js';
import { MigrationError } from './migrate/error.js';

const SECRET = 'hunter2 at db.internal';

function refusal(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(SECRET, 0, 'error'), { code });
}

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code} ${SECRET}`), { code });
}

test.each<[unknown, RegExp]>([
  [refusal('28P01'), /^the database refuses: wrong password.*DATABASE_PASSWORD.*28P01/],
  [failure('ENOTFOUND'), /^no connection: the name server knows no such host.*DATABASE_HOST/],
  [failure('SELF_SIGNED_CERT_IN_CHAIN'), /TLS.*PGSSLROOTCERT.*SELF_SIGNED_CERT_IN_CHAIN/],
  [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /TLS/],
  [new Error('The server does not support SSL connections'), /TLS: the server offers none.*PGSSLMODE/],
  [new MigrationError('the encoding is wrong', { cause: refusal('42501') }), /^the encoding is wrong$/],
  [new DatabaseSettingsError('PGSSLKEY is wrong'), /^PGSSLKEY is wrong$/],
])('what an operator can mend is named: %s', (error, expected) => {
  expect(foreseenFailure(error)).toMatch(expected);
  expect(failureReason(error)).toBe(foreseenFailure(error));
  expect(failureReason(error)).not.toContain(SECRET);
});

test.each([refusal('42601'), failure('EWHATEVER'), new TypeError(SECRET), SECRET])(
  'what may be a mistake of ours is no more than described: %s',
  (error) => {
    expect(foreseenFailure(error)).toBeUndefined();
    expect(failureReason(error)).not.toContain(SECRET);
  },
);
