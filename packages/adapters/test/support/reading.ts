import { onTestFinished } from 'vitest';
import { openClient } from '../../src/postgres/connections/open-client.js';
import { READ_LIMITS } from '../../src/postgres/connections/session.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { DEADLINES } from '../../src/postgres/deadlines.js';
import { PostgresReads, type ReadsOptions } from '../../src/postgres/reads/reads.js';
import { createSystemClock } from '../../src/system-clock.js';

/** The readers' connections to a database, closed after the test. */
export function readsOf(
  primary: DatabaseSettings,
  options: Partial<Omit<ReadsOptions, 'primary' | 'replica'>> & { readonly replica?: DatabaseSettings } = {},
): PostgresReads {
  const open = (settings: DatabaseSettings) => (onError: (error: Error) => void) =>
    openClient(settings, { limits: READ_LIMITS, onError });
  const reads = new PostgresReads({
    clock: createSystemClock(),
    deadlines: DEADLINES.reading,
    size: 2,
    mostWaiting: 2,
    ...options,
    primary: open(primary),
    replica: options.replica && open(options.replica),
  });
  onTestFinished(() => reads.close());
  return reads;
}
