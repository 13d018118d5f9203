const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** An uncaught error, with its cause: nothing can be trusted after it. */
export class UncaughtError extends Error {
  override readonly name = 'UncaughtError';

  constructor(cause: unknown) {
    super('an uncaught error', { cause });
  }
}

/** How the process is asked to stop. */
export interface StopRequest {
  /** The first signal; rejects with an UncaughtError. */
  readonly requested: Promise<NodeJS.Signals>;
  /** Aborted by the second signal: its sender does not want to wait. */
  readonly insisted: AbortSignal;
}

/** Listens for the signals that end the process, from now on. A third one ends it at once. */
export function listenForStop(): StopRequest {
  const insistence = new AbortController();
  const { promise: requested, resolve, reject } = Promise.withResolvers<NodeJS.Signals>();
  // A caller that is not waiting yet will see it later.
  requested.catch(() => {});
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals++;
    if (signals === 1) resolve(signal);
    else if (signals === 2) insistence.abort();
    else process.exit(1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', (error) => reject(new UncaughtError(error)));
  return { requested, insisted: insistence.signal };
}

/** For a worker, which its parent ends: Ctrl-C in a terminal reaches all processes. Rejects with an UncaughtError. */
export function listenForFailure(): Promise<never> {
  for (const signal of SIGNALS) process.on(signal, () => {});
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  process.on('uncaughtException', (error) => reject(new UncaughtError(error)));
  return promise;
}
