import type { KeptReceipt, PersonEraser } from '@polaris-telemetry/domain';
import type { Log } from './logging/create-log.js';

/**
 * Logs each erasure: its receipt, without who requested it. Logs are kept outside the database, and `erasures replay` reads
 * these lines after a backup was restored.
 *
 * @param show writes a receipt as it is kept outside the database
 */
export function logErasures(
  eraser: PersonEraser,
  { logger }: Pick<Log, 'logger'>,
  show: (receipt: KeptReceipt) => object,
): PersonEraser {
  return {
    async erase(request) {
      const outcome = await eraser.erase(request);
      if (outcome.outcome === 'added') logger.info({ erasure: show(outcome.record) }, 'a person was erased');
      return outcome;
    },
    count: (personId) => eraser.count(personId),
  };
}
