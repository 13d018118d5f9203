import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { once } from 'node:events';
import type { Snapshot } from '../../observability/metrics/sum-metrics.js';
import { type Answering, Conversation } from './conversation.js';
import type { Answers, Question, ToParent, ToWorker } from './messages.js';
import { wholeLines } from './whole-lines.js';

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it said of a failure of its own, for a person. */
  readonly failure: string | undefined;
}

/** One worker process, as its parent sees it. */
export class Worker {
  readonly pid: number | undefined;
  /** Resolves with the port; never if it ends before. */
  readonly listening: Promise<number>;
  /** Resolves once it has ended and its last lines are written. */
  readonly ended: Promise<WorkerEnd>;
  readonly startedAt = performance.now();
  /** What it counted when it was last asked: what a killed worker has served is not forgotten. */
  counted: Snapshot = [];
  readonly #process: ClusterWorker;
  readonly #conversation: Conversation;
  #port: number | undefined;
  #hasEnded = false;

  /**
   * @param answering what to answer when it asks
   * @param write takes whole lines of its log
   */
  constructor(answering: Answering, write: (lines: string) => void) {
    this.#process = cluster.fork();
    const { process } = this.#process;
    this.pid = process.pid;
    this.#conversation = new Conversation((talk) => this.send(talk), answering);
    const listening = Promise.withResolvers<number>();
    this.listening = listening.promise;
    let failure: string | undefined;
    this.#process.on('message', (message: ToParent) => {
      if (message.kind === 'listening') {
        this.#port = message.port;
        listening.resolve(message.port);
      } else if (message.kind === 'failed') failure = message.message;
      else void this.#conversation.hear(message);
    });
    const lines = wholeLines(process.stdout, write);
    const notStarted = new Promise<[number, null]>((resolve) => {
      this.#process.on('error', () => {
        // Otherwise it is being killed, and takes no message any more.
        if (process.pid === undefined) resolve([1, null]);
      });
    });
    this.ended = Promise.race([once(this.#process, 'exit'), notStarted]).then(async ([code, signal]) => {
      this.#hasEnded = true;
      this.#conversation.end();
      await lines;
      return { code, signal, failure };
    });
  }

  get isListening(): boolean {
    return this.#port !== undefined && !this.#hasEnded;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  send(message: ToWorker): void {
    if (this.#process.isConnected()) this.#process.send(message, () => {});
  }

  ask<Asked extends Question>(question: Asked, milliseconds: number): Promise<Answers[Asked] | undefined> {
    return this.#hasEnded ? Promise.resolve(undefined) : this.#conversation.ask(question, milliseconds);
  }

  kill(): void {
    this.#process.process.kill('SIGKILL');
  }
}
