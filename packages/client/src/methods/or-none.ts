/** Returns the record, or undefined in place of `{}`, with which the API says that there is none. */
export function orNone<Answer extends object>(answer: Answer): Extract<Answer, { uuid: string }> | undefined {
  return 'uuid' in answer ? (answer as Extract<Answer, { uuid: string }>) : undefined;
}
