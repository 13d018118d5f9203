/** How long an operation may take, from the inside out, in milliseconds. */
export interface OperationDeadlines {
  /** The server cancels a statement. */
  readonly statement: number;
  /** A port call fails, whatever the database does: the caller has waited long enough. */
  readonly call: number;
  /** The request is answered, whatever its call does; the rest of the promise lets the answer travel. */
  readonly request: number;
}

/**
 * The time limits of requests between their arrival and the database, in milliseconds.
 *
 * The contract promises an answer within 5 s, reading operations within 15 s, an erasure within 60 s, `/healthcheck` within
 * 2 s, and at least 3 s to a request that has to wait. The order of these limits keeps that promise: each is longer than
 * the one inside it, so the component nearest to the fault reports it. `deadlines.test.ts` enforces it.
 */
export const DEADLINES = {
  /** The database answers the health check. */
  probe: 1_500,

  /** An update gives up waiting for a row that another transaction holds: while it shares its statement with others … */
  rowLockInBatch: 100,
  /** … and then alone. */
  rowLock: 3_300,
  /** The server gives up waiting for any other lock. */
  lock: 3_500,
  /** A connection to the database opens. */
  connect: 3_500,
  /** A request waits for a service that is still starting. */
  readiness: 3_500,
  /** A connection that owes an answer and stays silent counts as dead: the server reports slow statements earlier. */
  silence: 4_500,

  /** Records: registering, reading one, changing one. */
  record: { statement: 4_000, call: 4_200, request: 4_700 },
  /** Lists, searches, reports. */
  reads: { statement: 14_000, call: 14_300, request: 14_700 },
  /** The erasure of a person. */
  erasure: { statement: 58_500, call: 59_000, request: 59_500 },

  /** A step of the fold, which no caller waits for: the server cancels a statement … */
  foldStatement: 60_000,
  /** … and later the process drops the connection. */
  foldStep: 90_000,
} as const satisfies Readonly<Record<string, number | OperationDeadlines>>;
