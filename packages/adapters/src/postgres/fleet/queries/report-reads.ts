import type { Instant } from '@polaris-telemetry/domain';
import type { Kysely } from 'kysely';
import type { Reads } from '../../reads/reads.js';
import { unlessAborted } from '../../reads/unless-aborted.js';
import type { Database } from '../../tables.js';
import { KeptAnswers } from './kept-answers.js';
import { type BuiltState, readState } from './read-state.js';
import { whenRecent } from './when-recent.js';

export interface ReportReadsOptions {
  /** Read which state is stored: a moment, for each caller. */
  readonly states: Reads;
  /** Read the reports, as many at once as these have connections. */
  readonly reports: Reads;
  /** Returns the signal of the present caller, if there is one. */
  readonly callerSignal?: (() => AbortSignal | undefined) | undefined;
}

/** A report that is being read for those who asked for it. */
interface SharedRead {
  /** Of the state that was stored when the first of them asked. */
  readonly mark: string;
  readonly answer: Promise<object>;
  /** Ends it when nobody waits for it any more. */
  readonly end: AbortController;
  callers: number;
}

/** Made once: an error for each report would cost its stack. */
const NOBODY_WAITS = new Error('all callers have gone');

/**
 * Reads reports on the fleet's state. Between two changes of the state a report is read once, however many ask for it: those
 * who ask meanwhile wait for the same answer, and it is kept for later ones. Which state is stored is read for each of them,
 * so that none is shown what an erasure took.
 */
export class ReportReads {
  readonly #options: ReportReadsOptions;
  readonly #shared = new Map<string, SharedRead>();
  readonly #kept = new KeptAnswers();

  constructor(options: ReportReadsOptions) {
    this.#options = options;
  }

  /**
   * Returns the answer to a question, and as of when it holds.
   *
   * @param name names the question in metrics and traces: never a value
   * @param request what is asked; questions of one name with the same JSON have the same answer
   * @param work reads the answer, in one state of the database
   * @throws NotBuiltError, UnavailableError; the reason of the caller's signal
   */
  async read<Answer extends object>(
    name: string,
    request: object,
    work: (db: Kysely<Database>, asOf: Instant) => Promise<Answer>,
  ): Promise<Answer & Pick<BuiltState, 'asOf'>> {
    const { mark } = await whenRecent(() => this.#options.states.run('fleet_state.read', readState));
    const question = `${name} ${JSON.stringify(request)}`;
    const kept = this.#kept.find(mark, question);
    if (kept !== undefined) return kept as Answer & Pick<BuiltState, 'asOf'>;
    const running = this.#shared.get(question);
    const shared = running?.mark === mark ? running : this.#start(name, question, mark, work);
    return (await this.#waitFor(shared, question)) as Answer & Pick<BuiltState, 'asOf'>;
  }

  #start(
    name: string,
    question: string,
    mark: string,
    work: (db: Kysely<Database>, asOf: Instant) => Promise<object>,
  ): SharedRead {
    const end = new AbortController();
    const answer = this.#options.reports.run(
      name,
      async (read) => {
        // It may have changed meanwhile; the answer is kept under the state it was read from.
        const state = await readState(read);
        const found = { asOf: state.asOf, ...(await work(read.db, state.asOf)) };
        this.#kept.keep(state.mark, question, found);
        return found;
      },
      { signal: end.signal },
    );
    const shared: SharedRead = { mark, answer, end, callers: 0 };
    this.#shared.set(question, shared);
    const forget = () => this.#forget(question, shared);
    answer.then(forget, forget);
    return shared;
  }

  async #waitFor(shared: SharedRead, question: string): Promise<object> {
    const caller = this.#options.callerSignal?.();
    shared.callers++;
    try {
      return await (caller === undefined ? shared.answer : unlessAborted(shared.answer, caller));
    } finally {
      if (--shared.callers === 0) {
        this.#forget(question, shared);
        shared.end.abort(NOBODY_WAITS);
      }
    }
  }

  #forget(question: string, shared: SharedRead): void {
    if (this.#shared.get(question) === shared) this.#shared.delete(question);
  }
}
