import { DuplicateIdError, UnavailableError } from '@polaris-telemetry/domain';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import {
  ConnectionLostError,
  domainError,
  isStaleStatement,
  mayBeOneRowsFault,
  spoilsConnection,
  TooManyWaitingError,
  WaitedTooLongError,
} from './failures.js';

function serverError(code: string, severity = 'ERROR', routine = ''): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('it says so', 0, 'error'), { code, severity, routine });
}

describe('what an error of the database means', () => {
  it.each([
    ...['08006', '08P01', '25006', '26000', '28P01', '3D000', '40001', '40P01', '42501', '53100', '53200', '53300'],
    ...['55P03', '57014', '57P01', '57P02', '57P03', '57P05', '58030', 'F0000'],
  ])('%s: the store is unavailable, with the error as the cause', (code) => {
    const error = serverError(code);
    expect(domainError(error)).toBeInstanceOf(UnavailableError);
    expect(domainError(error)).toMatchObject({ cause: error });
  });

  it.each([new ConnectionLostError(), new WaitedTooLongError(), new TooManyWaitingError()])(
    '%s: unavailable',
    (error) => {
      expect(domainError(error)).toBeInstanceOf(UnavailableError);
    },
  );

  it('23505: the id is taken', () => expect(domainError(serverError('23505'))).toBeInstanceOf(DuplicateIdError));

  it.each(['22001', '22003', '42601', '42P01', '42703', '54000', 'XX000'])('%s: a defect of ours, as it is', (code) => {
    const error = serverError(code);
    expect(domainError(error)).toBe(error);
  });

  it('a socket error is not the database’s: only the connection’s owner may say that it is', () => {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(domainError(error)).toBe(error);
  });

  it.each([
    ['22001', true],
    ['23505', true],
    ['54000', true],
    ['40P01', true],
    ['55P03', false],
    ['57014', false],
    ['53100', false],
    ['42501', false],
  ])('%s may be the fault of one row among many: %s', (code, expected) => {
    expect(mayBeOneRowsFault(serverError(code))).toBe(expected);
  });

  it('a prepared statement is stale when the server does not know it, or its table has changed', () => {
    expect(isStaleStatement(serverError('26000'))).toBe(true);
    expect(isStaleStatement(serverError('42P05'))).toBe(true);
    expect(isStaleStatement(serverError('0A000', 'ERROR', 'RevalidateCachedQuery'))).toBe(true);
    expect(isStaleStatement(serverError('0A000', 'ERROR', 'transformStmt'))).toBe(false);
  });

  it('a connection is given up when the server ends it, cannot write on it, or does not know its statements', () => {
    expect(spoilsConnection(serverError('57P01', 'FATAL'))).toBe(true);
    expect(spoilsConnection(serverError('25006'))).toBe(true);
    expect(spoilsConnection(serverError('26000'))).toBe(true);
    expect(spoilsConnection(serverError('23505'))).toBe(false);
  });
});
