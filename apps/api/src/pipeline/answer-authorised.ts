import { authorise, authoriseSystem, type Forbidden } from '../auth/policies.js';
import type { Principal } from '../auth/principal.js';
import type { TokenFailure } from '../auth/token-failure.js';
import type { VerifyToken } from '../auth/verify-token.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { NO_SUCH_ADDRESS, NOT_READY } from '../http/problems.js';
import { decodeSegment, hasEncodedSlash, segmentsOf } from '../http/raw-path.js';
import type { Lifecycle } from './lifecycle.js';
import { isForSystems, type OwnerOperation, type SystemOperation, type Work } from './operation.js';
import type { RequestsInProgress } from './requests-in-progress.js';

export interface AuthorisedDependencies {
  readonly verifyToken: VerifyToken;
  readonly requestsInProgress: RequestsInProgress;
  readonly lifecycle: Lifecycle;
}

/** Answers what needs a token: verifies it, authorises by the operation's policy, and only then gets to the operation. */
export async function answerAuthorised(
  operation: SystemOperation | OwnerOperation,
  exchange: Exchange,
  { verifyToken, requestsInProgress, lifecycle }: AuthorisedDependencies,
): Promise<Answer | Problem> {
  if (hasEncodedSlash(exchange.path)) return NO_SUCH_ADDRESS;
  const verifying = verifyToken(exchange.header('authorization'));
  // A token that was verified lately is known at once, and nothing waits.
  const result = verifying instanceof Promise ? await verifying : verifying;
  if (!result.ok) return unauthenticated(result);
  // Only so far: for how long it then takes to send its body is the client's affair.
  const waited = performance.now() - exchange.startedAt;
  const prepared = isForSystems(operation)
    ? prepareForSystem(operation, exchange, result.principal)
    : prepareForOwner(operation, exchange, result.principal);
  const work = prepared instanceof Promise ? await prepared : prepared;
  if (work instanceof Problem) return work;
  return requestsInProgress.run(lifecycle.isReady ? work : () => afterReady(lifecycle, work), waited);
}

/** A service that is still starting, or waits for its database at start, may be ready in a moment. */
async function afterReady(lifecycle: Lifecycle, work: Work): Promise<Answer | Problem> {
  return (await lifecycle.whenReady()) ? work() : NOT_READY;
}

function prepareForSystem(operation: SystemOperation, exchange: Exchange, principal: Principal) {
  const decision = authoriseSystem(principal);
  return decision.ok ? operation.prepare(exchange) : forbidden(decision);
}

function prepareForOwner(operation: OwnerOperation, exchange: Exchange, principal: Principal) {
  const segments = segmentsOf(exchange.path);
  // What cannot be decoded names nobody: no token permits it, unless it permits everything.
  const ownerId = decodeSegment(segments[OWNER_SEGMENT] ?? '') ?? '';
  const decision = authorise(operation.policy, principal, ownerId);
  return decision.ok ? operation.prepare(exchange, decision, segments) : forbidden(decision);
}

/** `/dhos/v1/patient/{patient_id}/…` */
const OWNER_SEGMENT = 3;

function unauthenticated(failure: TokenFailure): Problem {
  return failure.kind === 'unauthenticated'
    ? new Problem(401, failure.message, { headers: { 'WWW-Authenticate': failure.challenge } })
    : new Problem(503, failure.message, { headers: { 'Retry-After': String(failure.retryAfter) } });
}

function forbidden({ message, challenge }: Forbidden): Problem {
  return new Problem(403, message, challenge === undefined ? {} : { headers: { 'WWW-Authenticate': challenge } });
}
