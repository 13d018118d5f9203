import type { ProbeResult } from '@polaris-telemetry/domain';
import { failures } from '../../routes/health-check.js';

/** How one worker reaches the database. */
export interface WorkerHealth {
  readonly pid: number | undefined;
  /** Undefined if it has not answered in time. */
  readonly results: readonly ProbeResult[] | undefined;
}

/** What any worker has to say against the database counts for all; if none has, so does the silence of one. */
export function wholeHealth(workers: readonly WorkerHealth[]): readonly ProbeResult[] {
  const said = workers.flatMap(({ results }) => results ?? []);
  const unsaid = workers
    .filter(({ results }) => results === undefined)
    .flatMap(({ pid }) => failures(`worker ${pid} does not answer`));
  return failures('no worker answers').map((none) => {
    const results = [...said, ...unsaid].filter(({ checker }) => checker === none.checker);
    return results.find(({ passed }) => !passed) ?? results[0] ?? none;
  });
}
