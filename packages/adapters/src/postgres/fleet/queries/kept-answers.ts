/** The most that answers may take, in bytes; further ones are not kept. */
const MOST_BYTES = 8 * 1_048_576;

/**
 * How long to keep them, in milliseconds. The state usually changes earlier. When one server replaces another, a mark may come
 * twice.
 */
const LONGEST_MS = 5_000;

/** Keeps answers about one state of the fleet at a time: the one that was read last. */
export class KeptAnswers {
  readonly #answers = new Map<string, object>();
  #mark: string | undefined;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param mark of the state that is stored now */
  find(mark: string, question: string): object | undefined {
    return mark === this.#mark ? this.#answers.get(question) : undefined;
  }

  /** @param mark of the state that the answer is about */
  keep(mark: string, question: string, answer: object): void {
    if (mark !== this.#mark) this.#begin(mark);
    const bytes = sizeOf(question) + sizeOf(answer);
    if (this.#bytes + bytes > MOST_BYTES) return;
    this.#answers.set(question, answer);
    this.#bytes += bytes;
  }

  #begin(mark: string | undefined): void {
    this.#answers.clear();
    this.#bytes = 0;
    this.#mark = mark;
    clearTimeout(this.#timer);
    this.#timer = mark === undefined ? undefined : setTimeout(() => this.#begin(undefined), LONGEST_MS).unref();
  }
}

/** Of a number or a reference. */
const BYTES_OF_ONE = 8;
/** Of an object or a text, beside what is in it. */
const BYTES_OF_MANY = 32;

/** Returns about how many bytes a value takes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return BYTES_OF_MANY + 2 * value.length;
  if (typeof value !== 'object' || value === null) return BYTES_OF_ONE;
  if (ArrayBuffer.isView(value)) return BYTES_OF_MANY + value.byteLength;
  return Object.values(value).reduce<number>((sum, each) => sum + BYTES_OF_ONE + sizeOf(each), BYTES_OF_MANY);
}
