/** How often a log, which is no terminal, gets a line; in milliseconds. */
const REMIND = 10_000;
const WIDTH = 30;

/** Shows how far an export is: a bar on a terminal, a line now and then elsewhere. */
export class ExportProgress {
  readonly #started = performance.now();
  #shownAt = performance.now();
  #first: number | undefined;

  /** @param place where the export is in the order of ids, which are random, so that it says how much is done */
  show(rows: number, bytes: number, place: string): void {
    const now = performance.now();
    const isTerminal = process.stderr.isTTY;
    if (now - this.#shownAt < (isTerminal ? 100 : REMIND)) return;
    this.#shownAt = now;
    const part = partOf(place);
    this.#first ??= part;
    const amount = `${rows} rows, ${Math.round(bytes / 1e6)} MB`;
    if (part === undefined || this.#first === undefined) {
      this.#write(amount, isTerminal);
      return;
    }
    const bar = '█'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '░');
    const seconds = (now - this.#started) / 1000;
    const done = part - this.#first;
    const left = done > 0 ? `, ${Math.ceil((seconds / done) * (1 - part))} s left` : '';
    this.#write(`${isTerminal ? `${bar} ` : ''}${Math.floor(part * 100)} %, ${amount}${left}`, isTerminal);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  }

  #write(text: string, isTerminal: boolean): void {
    process.stderr.write(isTerminal ? `\r${text}\u001B[K` : `${text}\n`);
  }
}

/** Which part of all random UUIDs come before this one; undefined for an id that is none. */
function partOf(id: string): number | undefined {
  return /^[0-9a-f]{8}-/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 : undefined;
}
