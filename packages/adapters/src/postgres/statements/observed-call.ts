/**
 * Told of each call when it is made, in the caller's own async context; what it returns is called when the call has its
 * answer or its error. A call is one caller's: it may share its statement with others.
 */
export type CallObserver = (call: {
  /** The statement's name, for example `mobile.find`: never a value. */
  readonly name: string;
}) => (error?: unknown) => void;

/** Makes a call that an observer, if there is one, is told of. */
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
