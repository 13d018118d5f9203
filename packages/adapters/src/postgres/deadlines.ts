/** How long an operation may take, from the inside out, in milliseconds. */
export interface OperationDeadlines {
  /** The server gives a statement up. */
  readonly statement: number;
  /** A call of a port fails, whatever the database does: the caller has waited long enough. */
  readonly call: number;
  /** The request is answered, whatever became of its call; the rest of the promise is for the answer to travel. */
  readonly request: number;
}

/**
 * Every limit of time between a request and the database, in milliseconds.
 *
 * The contract promises an answer within 5 s, reading operations within 15 s, an erasure within 60 s, `/healthcheck` within
 * 2 s, and at least 3 s to a request that has to wait. Only the order of these limits keeps that: each waits longer than
 * the one inside it, so that whoever is nearest to the fault reports it. `deadlines.test.ts` holds them to it.
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
  /** A connection that owes an answer and says nothing counts as dead: the server reports a slow statement before. */
  silence: 4_500,

  /** Records: registering, reading one, changing one. */
  record: { statement: 4_000, call: 4_200, request: 4_700 },
  /** Lists, searches, reports. */
  reading: { statement: 14_000, call: 14_300, request: 14_700 },
  /** The erasure of a person. */
  erasure: { statement: 58_500, call: 59_000, request: 59_500 },

  /** A step of the fold, for which nobody waits: the server gives a statement up … */
  foldStatement: 60_000,
  /** … and later the process the connection. */
  foldStep: 90_000,
} as const satisfies Readonly<Record<string, number | OperationDeadlines>>;
