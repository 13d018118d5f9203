import type { Answers, Question, Talk } from './messages.js';

/** What this process answers; it never rejects for long: the other one has its own patience. */
export type Answering = { readonly [Asked in Question]?: (about: string) => Promise<Answers[Asked]> };

/** Questions and answers between two processes, over their channel. */
export class Conversation {
  readonly #send: (talk: Talk) => void;
  readonly #answering: Answering;
  readonly #open = new Map<number, (answer: unknown) => void>();
  #last = 0;

  /**
   * @param send passes a message to the other process; nothing happens once that one has ended
   * @param answering how to answer the other one's questions
   */
  constructor(send: (talk: Talk) => void, answering: Answering) {
    this.#send = send;
    this.#answering = answering;
  }

  /** Returns the answer; undefined if there is none in time. */
  ask<Asked extends Question>(
    question: Asked,
    milliseconds: number,
    about?: string,
  ): Promise<Answers[Asked] | undefined> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      const end = (answer?: unknown): void => {
        clearTimeout(timer);
        this.#open.delete(id);
        // The other process is of the same build.
        resolve(answer as Answers[Asked] | undefined);
      };
      const timer = setTimeout(end, milliseconds);
      this.#open.set(id, end);
      this.#send({ kind: 'question', id, question, about });
    });
  }

  /** Takes a message of the other process. */
  async hear(talk: Talk): Promise<void> {
    if (talk.kind === 'answer') {
      this.#open.get(talk.id)?.(talk.answer);
      return;
    }
    const answer = await this.#answering[talk.question]?.(talk.about ?? '').catch(() => undefined);
    if (answer !== undefined) this.#send({ kind: 'answer', id: talk.id, answer });
  }

  /** The other process has ended: no answer will come. */
  end(): void {
    for (const resolve of this.#open.values()) resolve(undefined);
  }
}
