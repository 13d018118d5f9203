/** A bar on a terminal, from the first second on; elsewhere nothing, so that logs stay readable. */
export class ProgressBar {
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  advance(): void {
    this.#done += 1;
    const seconds = (performance.now() - this.#started) / 1000;
    if (!process.stderr.isTTY || seconds < 1) return;
    const part = this.#done / this.#total;
    const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░');
    const left = Math.ceil(seconds / part - seconds);
    process.stderr.write(`\r${bar} ${this.#done}/${this.#total}, ${left} s left \u001B[K`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  }
}
