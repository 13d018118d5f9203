import type { ProbeResult } from '@polaris-telemetry/domain';
import { failures } from '../../routes/health-check.js';
import { type Answering, Conversation } from './conversation.js';
import type { Beginning, Readiness, ToParent, ToWorker } from './messages.js';

/** How long the parent may take, in milliseconds. */
const PATIENCE = 10_000;
const METRICS_LIMIT = 2_000;
const HEALTH_LIMIT = 1_900;

export interface ParentOptions {
  readonly answering: Answering;
  readonly onReadiness: (readiness: Readiness) => void;
  /** Called with how many share the bounds of the service, when that changes. */
  readonly onProcesses: (processes: number) => void;
}

/** The parent process, as a worker sees it. Without it Node ends the worker. */
export class Parent {
  /** Resolves with the milliseconds for which to go on serving. */
  readonly stop: Promise<number>;
  readonly insisted: AbortSignal;
  readonly #conversation: Conversation;

  constructor({ answering, onReadiness, onProcesses }: ParentOptions) {
    const insistence = new AbortController();
    const stop = Promise.withResolvers<number>();
    this.stop = stop.promise;
    this.insisted = insistence.signal;
    this.#conversation = new Conversation(send, { ...answering, alive: async () => true });
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') stop.resolve(message.delay);
      else if (message.kind === 'insist') insistence.abort();
      else if (message.kind === 'readiness') onReadiness(message.readiness);
      else if (message.kind === 'processes') onProcesses(message.processes);
      else void this.#conversation.hear(message);
    });
  }

  async beginning(): Promise<Beginning> {
    const beginning = await this.#conversation.ask('beginning', PATIENCE);
    if (beginning === undefined) throw new Error('the parent process does not answer');
    return beginning;
  }

  listens(port: number): void {
    send({ kind: 'listening', port });
  }

  /** Returns once the parent has been told why this process ends. */
  async fails(message: string): Promise<void> {
    await new Promise<void>((resolve) => {
      process.send?.({ kind: 'failed', message } satisfies ToParent, undefined, undefined, () => resolve());
    });
  }

  /** The metrics of all processes, as text for Prometheus. */
  async metrics(): Promise<string> {
    const text = await this.#conversation.ask('metrics', METRICS_LIMIT);
    if (text === undefined) throw new Error('the parent process does not answer');
    return text;
  }

  /** Returns whether a code lets somebody into the dashboard, and uses it up, whichever worker is asked next. */
  async redeem(code: string): Promise<boolean> {
    return (await this.#conversation.ask('redeemed', PATIENCE, code)) ?? false;
  }

  /** How all workers reach the database. */
  async health(): Promise<readonly ProbeResult[]> {
    return (await this.#conversation.ask('health', HEALTH_LIMIT)) ?? failures('the parent process does not answer');
  }
}

function send(message: ToParent): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
