/**
 * Lets callers share reads. Whoever asks while one runs waits for the next, so that each sees what was there when asking,
 * and any number of callers costs one read at a time.
 */
export function sharedRead<Found>(read: () => Promise<Found>): () => Promise<Found> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Found> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const found = read();
      running = found.catch(() => {});
      return found;
    });
    return next;
  };
}
