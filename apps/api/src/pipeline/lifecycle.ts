/**
 * The service's state between start and end. It serves records once it is ready, and until the very end; balancers are
 * asked to stay away before that, and from the moment the end is announced.
 */
export class Lifecycle {
  readonly #patience: number;
  #reason: string | undefined = 'the service is starting';
  #ready = false;
  readonly #waiting = new Set<() => void>();

  /** @param patience how long a request waits for a service that is still starting, in milliseconds */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Why balancers should send nothing, in one line; undefined if they may. */
  get reasonAgainst(): string | undefined {
    return this.#reason;
  }

  /** Whether records can be served. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** What the service waits for until it is ready. */
  waitFor(reason: string): void {
    if (!this.#ready) this.#reason = reason;
  }

  becomeReady(): void {
    this.#ready = true;
    this.#reason = undefined;
    for (const wake of this.#waiting) wake();
  }

  announceEnd(): void {
    this.#reason = 'the service is stopping';
  }

  /** How many requests wait for readiness. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits a while for readiness; returns whether the service is ready. */
  async whenReady(): Promise<boolean> {
    if (this.#ready) return true;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, this.#patience);
      this.#waiting.add(wake);
    });
    return this.#ready;
  }
}
