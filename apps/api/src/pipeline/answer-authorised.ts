import type { RecordAccess } from '@polaris-telemetry/domain';
import { Forbidden } from '../auth/policy.js';
import { NOBODY, type Principal } from '../auth/principal.js';
import type { TokenFailure } from '../auth/token-failure.js';
import type { VerifyToken } from '../auth/verify-token.js';
import type { Exchange } from '../http/exchange.js';
import { unreadBytes } from '../http/memory-budget.js';
import { Problem } from '../http/problem.js';
import { NO_SUCH_ADDRESS, NOT_READY, OVERLOADED } from '../http/problems.js';
import { hasEncodedSlash } from '../http/raw-path.js';
import { endingWithCaller } from './caller-signal.js';
import { keepingAccess } from './keep-access.js';
import type { Lifecycle } from './lifecycle.js';
import type { Operation, Outcome, Prepared, Work, Workload } from './operation.js';
import type { RequestsInProgress } from './requests-in-progress.js';

export interface AnswerDependencies {
  readonly verifyToken: VerifyToken;
  readonly requestsInProgress: Readonly<Record<Workload, RequestsInProgress>>;
  readonly lifecycle: Lifecycle;
  readonly useCases: { readonly recordAccess: RecordAccess };
}

type Answered = Outcome | Promise<Outcome>;

/** Answers an operation that anyone may call. */
export function answerAnyone(operation: Operation, exchange: Exchange, dependencies: AnswerDependencies): Answered {
  return whenKnown(operation.prepareFor(NOBODY, exchange).prepared, (prepared) =>
    finish(prepared, operation, dependencies),
  );
}

/** Answers an operation that needs a token: verifies the token first, then applies the policy and the operation. */
export function answerAuthorised(operation: Operation, exchange: Exchange, dependencies: AnswerDependencies): Answered {
  if (hasEncodedSlash(exchange.path)) return NO_SUCH_ADDRESS;
  const verifying = dependencies.verifyToken(exchange.header('authorization'));
  // A request that waits, for the key server perhaps, is charged for the part of its body that arrives meanwhile.
  const { incoming } = exchange;
  if (verifying instanceof Promise && incoming && !exchange.hold(unreadBytes(incoming))) return OVERLOADED;
  // Nothing waits, unless a published key must be fetched.
  return whenKnown(verifying, (result) =>
    result.ok ? answerPrincipal(result.principal, operation, exchange, dependencies) : unauthenticated(result),
  );
}

function answerPrincipal(
  principal: Principal,
  operation: Operation,
  exchange: Exchange,
  dependencies: AnswerDependencies,
): Answered {
  // Only up to here: the client decides how long it takes to send its body.
  const waited = performance.now() - exchange.startedAt;
  const { staff, prepared: preparing } = operation.prepareFor(principal, exchange);
  const onlyReads = operation.workload === 'reads';
  return whenKnown(preparing, (begun) => {
    const prepared = onlyReads && typeof begun === 'function' ? endingWithCaller(begun, exchange) : begun;
    if (staff === undefined || prepared instanceof Forbidden) return finish(prepared, operation, dependencies, waited);
    const kept = keepingAccess(prepared, exchange, staff, dependencies.useCases.recordAccess);
    return finish(kept, operation, dependencies, waited);
  });
}

/** Goes on at once if there is nothing to wait for: each turn through the queue of promises costs every request. */
function whenKnown<Value, Result>(
  value: Value | Promise<Value>,
  then: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** @param waited how long the request has already waited for us, in milliseconds */
function finish(
  prepared: Prepared,
  { workload }: Operation,
  { requestsInProgress, lifecycle }: AnswerDependencies,
  waited = 0,
): Answered {
  if (prepared instanceof Forbidden) return forbidden(prepared);
  if (typeof prepared !== 'function') return prepared;
  const work = lifecycle.isReady ? prepared : () => afterReady(lifecycle, prepared);
  return requestsInProgress[workload].run(work, waited);
}

/** A service that is still starting, or waiting for its database, may be ready in a moment. */
async function afterReady(lifecycle: Lifecycle, work: Work): Promise<Outcome> {
  return (await lifecycle.whenReady()) ? work() : NOT_READY;
}

function unauthenticated(failure: TokenFailure): Problem {
  return failure.kind === 'unauthenticated'
    ? new Problem(401, failure.message, { headers: { 'WWW-Authenticate': failure.challenge } })
    : new Problem(503, failure.message, { headers: { 'Retry-After': String(failure.retryAfter) } });
}

function forbidden({ message, challenge }: Forbidden): Problem {
  return new Problem(403, message, challenge === undefined ? {} : { headers: { 'WWW-Authenticate': challenge } });
}
