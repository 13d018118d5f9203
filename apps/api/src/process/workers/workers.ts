import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult } from '@polaris-telemetry/domain';
import type { RedeemsCodes } from '../../dashboard.js';
import type { Log } from '../../observability/logging/create-log.js';
import type { Metrics } from '../../observability/metrics/create-metrics.js';
import { watchWorkers } from '../../observability/metrics/watch-workers.js';
import { StartupError } from '../startup-error.js';
import type { Answering } from './conversation.js';
import type { Beginning, Readiness, ToWorker } from './messages.js';
import { untilHung } from './watchdog.js';
import { wholeHealth } from './whole-health.js';
import { Worker, type WorkerEnd } from './worker.js';
import { WorkerCounts } from './worker-counts.js';

/** How long a worker may take to reach the database; /healthcheck answers within 2 s. */
const PROBE_LIMIT = 1_700;
/** The pause before another worker takes the place of one that ended soon after its start. */
const SOON = 10_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

export interface WorkersOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Beginning['database'];
  readonly port: number;
  /** Let people into the dashboard during development. */
  readonly codes: RedeemsCodes | undefined;
}

/** The worker processes: keeps as many as wanted, and answers for all of them. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #all = new Set<Worker>();
  readonly #listening = Promise.withResolvers<number>();
  readonly #end = new AbortController();
  readonly #counts: WorkerCounts;
  #wanted = 0;
  #hasListened = false;
  #readiness: Readiness = { ready: false, reason: 'the service is starting' };

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#counts = new WorkerCounts(this.#all, options.metrics);
    // A free worker gets the next connection; one that hangs gets no more.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    watchWorkers(options.metrics, () => ({ wanted: this.#wanted, serving: this.#listeners.length }));
    // A caller that is not waiting yet will see it later.
    this.#listening.promise.catch(() => {});
  }

  /** Resolves with the port once the first worker listens; rejects with a StartupError if it cannot. */
  get listening(): Promise<number> {
    return this.#listening.promise;
  }

  /** Starts workers until there are so many, which share the bounds of the service. */
  grow(wanted: number): void {
    for (; this.#wanted < wanted; this.#wanted++) void this.#keepOne();
    this.#tell({ kind: 'processes', processes: this.#wanted });
  }

  /** Tells all workers, and those that start later, whether records can be served. */
  set readiness(readiness: Readiness) {
    this.#readiness = readiness;
    this.#tell({ kind: 'readiness', readiness });
  }

  /**
   * Lets them serve for a while longer, and then end.
   *
   * @param longest after so many milliseconds they are killed
   */
  async stop(delay: number, longest: number, insisted: AbortSignal): Promise<void> {
    this.#end.abort();
    this.#tell({ kind: 'stop', delay });
    insisted.addEventListener('abort', () => this.#tell({ kind: 'insist' }));
    const kill = setTimeout(() => {
      for (const worker of this.#all) worker.kill();
    }, longest);
    await Promise.all([...this.#all].map(({ ended }) => ended));
    clearTimeout(kill);
  }

  #tell(message: ToWorker): void {
    for (const worker of this.#all) worker.send(message);
  }

  /** Starts a worker, and another one whenever it ends. */
  async #keepOne(): Promise<void> {
    const { log } = this.#options;
    for (
      let pause = 0;
      !this.#end.signal.aborted;
      await sleep(pause, undefined, { signal: this.#end.signal }).catch(() => {})
    ) {
      const worker = new Worker(this.#answering, log.relay);
      this.#all.add(worker);
      worker.listening.then((port) => {
        this.#hasListened = true;
        this.#listening.resolve(port);
        void this.#killWhenHung(worker);
      });
      const end = await worker.ended;
      this.#all.delete(worker);
      await this.#counts.keep(worker);
      if (this.#end.signal.aborted) return;
      if (!this.#hasListened) {
        // There is no use in trying again what has never worked.
        this.#listening.reject(new StartupError(describe(end)));
        return;
      }
      log.logger.error({ worker: worker.pid }, `${describe(end)} Another one takes its place.`);
      const endedSoon = performance.now() - worker.startedAt < SOON;
      pause = endedSoon ? Math.min(Math.max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE) : 0;
    }
  }

  get #listeners(): readonly Worker[] {
    return [...this.#all].filter(({ isListening }) => isListening);
  }

  get #answering(): Answering {
    const { database, port, codes } = this.#options;
    return {
      beginning: async () => ({ database, port, processes: this.#wanted, readiness: this.#readiness }),
      metrics: this.#counts.render,
      health: () => this.#health(),
      redeemed: async (code) => (await codes?.redeem(code)) ?? false,
    };
  }

  async #health(): Promise<readonly ProbeResult[]> {
    const asked = await Promise.all(
      this.#listeners.map(async (worker) => ({ worker, results: await worker.ask('probe', PROBE_LIMIT) })),
    );
    const serving = asked.filter(({ worker }) => !worker.hasEnded);
    return wholeHealth(serving.map(({ worker, results }) => ({ pid: worker.pid, results })));
  }

  /** An orchestrator asks only whether any of them answers. */
  async #killWhenHung(worker: Worker): Promise<void> {
    if (!(await untilHung(worker))) return;
    this.#options.log.logger.error({ worker: worker.pid }, 'a worker has not answered for a long time: it is killed');
    worker.kill();
  }
}

function describe({ code, signal, failure }: WorkerEnd): string {
  if (failure !== undefined) return failure;
  return `A worker process has ended (${signal ?? `code ${code}`}).`;
}
