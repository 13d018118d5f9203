/** How often to print a line if the output is not a terminal, in milliseconds. */
const REMIND = 10_000;
const WIDTH = 30;

/** Shows the progress of an export: a bar on a terminal, a line now and then elsewhere. */
export class ExportProgress {
  readonly #started = performance.now();
  #shownAt = performance.now();
  #first: number | undefined;

  /** @param place the last exported id; ids are random, so their order shows the share that is done */
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

/** Returns the share of all random UUIDs below this one; undefined if the id is no UUID. */
function partOf(id: string): number | undefined {
  return /^[0-9a-f]{8}-/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 : undefined;
}
