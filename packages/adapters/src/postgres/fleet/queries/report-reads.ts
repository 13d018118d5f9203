import { AsyncLocalStorage } from 'node:async_hooks';
import type { Instant, ReportAnswers } from '@polaris-telemetry/domain';
import type { Kysely } from 'kysely';
import type { Reads } from '../../reads/reads.js';
import { sharedRead } from '../../reads/shared-read.js';
import { unlessAborted } from '../../reads/unless-aborted.js';
import type { Database } from '../../tables.js';
import { KeptAnswers } from './kept-answers.js';
import { type BuiltState, readState } from './read-state.js';
import { whenRecent } from './when-recent.js';

export interface ReportReadsOptions {
  /** Read the reports, and which state is stored; as many at once as these have connections. */
  readonly reads: Reads;
  /** Returns the signal of the present caller, if there is one. */
  readonly callerSignal?: (() => AbortSignal | undefined) | undefined;
}

/** An answer that is being made for those who asked for it. */
interface SharedAnswer {
  /** Of the state that was stored when the first of them asked. */
  readonly mark: string;
  readonly answer: Promise<object>;
  /** Ends it when nobody waits for it any more. */
  readonly end: AbortController;
  callers: number;
}

/** What the reads of one answer have in common. */
interface Answering {
  readonly signal: AbortSignal;
  /** Of the states that they read. */
  readonly marks: Set<string>;
}

/** Made once: an error for each report would cost its stack. */
const NOBODY_WAITS = new Error('all callers have gone');

/**
 * Reads reports on the fleet's state. Between two changes of the state an answer is made once, however many ask for it: those
 * who ask meanwhile wait for the same one, and it is kept for later ones. Which state is stored is read after each of them
 * has asked, so that none is shown what an erasure took.
 */
export class ReportReads implements ReportAnswers {
  readonly #reads: Reads;
  readonly #callerSignal: () => AbortSignal | undefined;
  readonly #readMark: () => Promise<string>;
  readonly #answering = new AsyncLocalStorage<Answering>();
  readonly #shared = new Map<string, SharedAnswer>();
  readonly #kept = new KeptAnswers();

  constructor({ reads, callerSignal = () => undefined }: ReportReadsOptions) {
    this.#reads = reads;
    this.#callerSignal = callerSignal;
    const { signal } = new AbortController();
    this.#readMark = sharedRead(
      async () => (await whenRecent(() => reads.run('fleet_state.read', readState, { signal }))).mark,
    );
  }

  async once<Answer extends object>(question: string, work: () => Promise<Answer>): Promise<Answer> {
    const caller = this.#callerSignal();
    const mark = await unless(caller, this.#readMark());
    const kept = this.#kept.find(mark, question);
    if (kept !== undefined) return kept as Answer;
    const running = this.#shared.get(question);
    const shared = running?.mark === mark ? running : this.#start(question, mark, work);
    return (await this.#waitFor(shared, question, caller)) as Answer;
  }

  /**
   * Reads for an answer, and as of when it holds.
   *
   * @param name names the read in metrics and traces: never a value
   * @param work reads in one state of the database
   * @throws NotBuiltError, UnavailableError; the reason of the caller's signal
   */
  read<Found extends object>(
    name: string,
    work: (db: Kysely<Database>, asOf: Instant) => Promise<Found>,
  ): Promise<Found & Pick<BuiltState, 'asOf'>> {
    const answering = this.#answering.getStore();
    return this.#reads.run(
      name,
      async (read) => {
        const { asOf, mark } = await readState(read);
        answering?.marks.add(mark);
        return { asOf, ...(await work(read.db, asOf)) };
      },
      { signal: answering?.signal },
    );
  }

  #start(question: string, mark: string, work: () => Promise<object>): SharedAnswer {
    const end = new AbortController();
    const marks = new Set<string>();
    const answer = this.#answering.run({ signal: end.signal, marks }, async () => {
      const made = await work();
      // The state may have changed meanwhile: an answer is kept under the one that it was read from.
      const [only, ...others] = marks;
      if (only !== undefined && others.length === 0) this.#kept.keep(only, question, made);
      return made;
    });
    const shared: SharedAnswer = { mark, answer, end, callers: 0 };
    this.#shared.set(question, shared);
    const forget = () => this.#forget(question, shared);
    answer.then(forget, forget);
    return shared;
  }

  async #waitFor(shared: SharedAnswer, question: string, caller: AbortSignal | undefined): Promise<object> {
    shared.callers++;
    try {
      return await unless(caller, shared.answer);
    } finally {
      if (--shared.callers === 0) {
        this.#forget(question, shared);
        shared.end.abort(NOBODY_WAITS);
      }
    }
  }

  #forget(question: string, shared: SharedAnswer): void {
    if (this.#shared.get(question) === shared) this.#shared.delete(question);
  }
}

function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  return signal === undefined ? work : unlessAborted(work, signal);
}
