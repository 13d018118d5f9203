/** Returns a function that says whether a promise has settled by then. */
export function isSettled(promise: Promise<unknown> | undefined): () => boolean {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise?.then(settle, settle);
  return () => settled;
}
