import type { Metrics } from './create-metrics.js';

/** How many worker processes there are. */
export interface WorkersState {
  readonly wanted: number;
  /** Those that accept connections. */
  readonly serving: number;
}

/** Adds `service_workers{state}`, in the parent of several. */
export function watchWorkers({ addGauge }: Pick<Metrics, 'addGauge'>, read: () => WorkersState): void {
  addGauge({
    name: 'service_workers',
    help: 'Worker processes: how many there should be, and how many accept connections.',
    label: 'state',
    read: () => Object.entries(read()),
  });
}
