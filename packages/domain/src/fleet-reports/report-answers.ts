/** Answers questions about the state that reports read. */
export interface ReportAnswers {
  /**
   * Answers a question. As long as the state stays the same, the answer may be an earlier one to the same question, or the one
   * that another caller waits for; it is never about an earlier state, so nothing outlives an erasure.
   *
   * @param question everything but the state that the answer depends on
   * @param work makes the answer from what the queries for reports return
   * @throws NotBuiltError while the state is being built for the first time, UnavailableError, and whatever the work throws
   */
  once<Answer extends object>(question: string, work: () => Promise<Answer>): Promise<Answer>;
}
