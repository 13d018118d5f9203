/**
 * Computes a value once for all callers within a time; a failure is not kept.
 *
 * @param lifetime in milliseconds, from the first call
 */
export function keptFor<Made>(lifetime: number, make: () => Promise<Made>): () => Promise<Made> {
  let kept: { readonly at: number; readonly made: Promise<Made> } | undefined;
  return () => {
    const now = performance.now();
    if (kept !== undefined && now - kept.at < lifetime) return kept.made;
    const made = make();
    kept = { at: now, made };
    made.catch(() => {
      if (kept?.made === made) kept = undefined;
    });
    return made;
  };
}
