import { formatInstant, type PersonEraser } from '@polaris-telemetry/domain';
import type { Log } from './logging/create-log.js';

/**
 * Has a line in the log for each erasure: its receipt, without who did it. Logs are kept elsewhere than the database, and
 * `erasures replay` reads such lines after a backup was restored.
 */
export function logErasures(eraser: PersonEraser, { logger }: Pick<Log, 'logger'>): PersonEraser {
  return {
    async erase(request) {
      const outcome = await eraser.erase(request);
      if (outcome.outcome === 'added') {
        const { id, at, subject, counts } = outcome.record;
        logger.info({ erasure: { id, at: formatInstant(at), subject, counts } }, 'a person was erased');
      }
      return outcome;
    },
    count: (personId) => eraser.count(personId),
  };
}
