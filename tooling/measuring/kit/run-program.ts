/** Undoes what a run started, in reverse order, however the run ends. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}

/**
 * Runs a measuring program to its end. Whatever it started is undone, even if a signal ends it. An error is one line on
 * standard error and exit code 1, a signal one line and the code that shells give it.
 */
export async function runProgram(name: string, main: (cleanup: Cleanup) => Promise<void>): Promise<void> {
  const cleanup = new Cleanup();
  let stopped = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      stopped = true;
      console.error(`${name}: stopped by ${signal}`);
      void cleanup.run().finally(() => process.exit(code));
    });
  }
  try {
    await main(cleanup);
  } catch (error) {
    // Ctrl-C in a terminal reaches what it started too.
    if (stopped) return;
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await cleanup.run();
  }
}
