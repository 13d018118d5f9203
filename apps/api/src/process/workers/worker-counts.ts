import type { Metrics } from '../../observability/metrics/create-metrics.js';
import { keptFor } from '../../observability/metrics/kept-for.js';
import { addUp, onlyCounts, type Snapshot } from '../../observability/metrics/sum-metrics.js';
import type { Worker } from './worker.js';

/** How long the answers of all workers are used, in milliseconds: anyone may ask for them. */
const LIFETIME = 1_000;
/** How long a worker may take to say what it counts, in milliseconds. */
const COUNT_LIMIT = 1_000;

/** Adds up what workers count, those that have ended included. */
export class WorkerCounts {
  readonly #workers: Iterable<Worker>;
  readonly #metrics: Metrics;
  /** What workers that have ended had counted. */
  #past: Snapshot = [];

  constructor(workers: Iterable<Worker>, metrics: Metrics) {
    this.#workers = workers;
    this.#metrics = metrics;
  }

  /** Returns the metrics of all processes, as text for Prometheus. */
  readonly render = keptFor(LIFETIME, async () => {
    const asked = [...this.#workers].map(async (worker) => {
      worker.counted = (await worker.ask('snapshot', COUNT_LIMIT)) ?? worker.counted;
      return worker.counted;
    });
    return this.#metrics.renderWith([this.#past, ...(await Promise.all(asked))]);
  });

  /** Keeps the counts of a worker that has ended. */
  async keep({ counted }: Worker): Promise<void> {
    this.#past = await addUp([this.#past, onlyCounts(counted)]).getMetricsAsJSON();
  }
}
