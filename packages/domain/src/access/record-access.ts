import type { Clock } from '../ports/clock.js';
import type { NewAccess } from './access.js';
import type { AccessLog } from './access-log.js';

/** Records an access. Resolves once it is stored. */
export type RecordAccess = (access: Omit<NewAccess, 'at'>) => Promise<void>;

/**
 * Returns the use case that records accesses.
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
