/** Collects what must not happen: wrong answers, losses and hangs. Figures are printed, never judged. */
export class Verdict {
  readonly #faults = new Map<string, number>();

  /** @param fault worded the same each time it happens */
  fault(fault: string): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
  }

  get faults(): readonly string[] {
    return [...this.#faults].map(([fault, times]) => `${times} × ${fault}`);
  }
}
