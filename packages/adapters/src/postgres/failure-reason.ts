import { sqlState } from './failures.js';

/** Says what is wrong by codes alone: messages of servers and sockets hold addresses, names and data of people. */
export function failureReason(error: unknown): string {
  const state = sqlState(error);
  if (state !== undefined) return `the database refuses: ${REASONS[state] ?? 'an error'} (SQLSTATE ${state})`;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `no connection${code}`;
}

const REASONS: Readonly<Record<string, string>> = {
  '25006': 'it is read-only',
  '28000': 'this role may not sign in',
  '28P01': 'wrong password',
  '3D000': 'there is no such database',
  '42501': 'the role lacks rights',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'all its connections are used up',
  '57P01': 'it is being shut down',
  '57P03': 'it is starting up or shutting down',
};
