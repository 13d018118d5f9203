import type { Clock } from '../ports/clock.js';
import type { Access } from './access.js';
import type { AccessLog } from './access-log.js';

/** Keeps that somebody looked at data of others. Resolves once it is stored. */
export type RecordAccess = (access: Omit<Access, 'at'>) => Promise<void>;

/**
 * Makes the use case that keeps accesses.
 *
 * @throws UnavailableError when it cannot be stored: then nothing may be shown
 */
export function recordAccess({
  accessLog,
  clock,
}: {
  readonly accessLog: AccessLog;
  readonly clock: Clock;
}): RecordAccess {
  return (access) => accessLog.append({ at: clock.now(), ...access });
}
