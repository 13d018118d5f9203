/**
 * Runs when a call is made, in the caller's own async context; the function it returns runs when the call has its answer or
 * error. A call belongs to one caller, although it may share its statement with others.
 */
export type CallObserver = (call: {
  /** The statement's name, for example `mobile.find`: never a value. */
  readonly name: string;
}) => (error?: unknown) => void;

/** Makes a call and reports it to the observer, if there is one. */
export function observedCall<Answer>(
  observe: CallObserver | undefined,
  name: string,
  call: () => Promise<Answer>,
): Promise<Answer> {
  if (observe === undefined) return call();
  const ended = observe({ name });
  const answer = call();
  answer.then(() => ended(), ended);
  return answer;
}
