import { type Answer, type Respond, respond, sendThroughNode } from '../http/answer.js';
import { Exchange } from '../http/exchange.js';
import { COPIES_OF_AN_ANSWER, headBytes } from '../http/memory-budget.js';
import { PathPattern } from '../http/path-pattern.js';
import { Problem } from '../http/problem.js';
import { OVERLOADED, problemOf } from '../http/problems.js';
import { type Handler, type HonoContext, type Received, receivedByHono } from '../http/received.js';
import { StreamedBody } from '../http/streamed-body.js';
import { type AnswerDependencies, answerAnyone, answerAuthorised } from './answer-authorised.js';
import { holdBack } from './hold-back.js';
import type { Operation } from './operation.js';
import type { RequestObserver } from './request-observer.js';

/** What answering needs besides the operation. */
export interface HandlerDependencies extends AnswerDependencies {
  readonly observer: RequestObserver;
}

/**
 * The way from a request to an operation and back, as named steps in the contract's order: route, token, permission, ids,
 * body, then the database. It is not a chain of Hono's middlewares and zod-openapi's validators: those validate without
 * regard to permission, read the body only if the content type suits them, let invalid UTF-8 through, and each costs
 * closures and promises (docs/adr/0020-own-request-pipeline.md).
 */
export function createHandler(operation: Operation, dependencies: HandlerDependencies): Handler {
  const answerHono = answering(operation, dependencies, respond);
  const answerNode = answering(operation, dependencies, sendThroughNode);
  async function direct(received: Received): Promise<void> {
    try {
      await answerNode(received);
    } catch {
      // What Hono does for its own: one answer that cannot be sent must not end the process.
      received.outgoing?.destroy();
    }
  }
  return Object.assign((context: HonoContext) => answerHono(receivedByHono(context)), { direct });
}

function answering<Sent>(
  operation: Operation,
  dependencies: HandlerDependencies,
  send: Respond<Sent>,
): (received: Received) => Sent | Promise<Sent> {
  const { observer } = dependencies;
  const observe = observer.ofRoute(operation.method.toUpperCase(), operation.path);
  // Hono serves HEAD with the handler of GET.
  const observeHead = observer.ofRoute('HEAD', operation.path);

  function finish(exchange: Exchange, wanted: Answer | Problem): Sent {
    const outcome = holdsAnswer(exchange, wanted) ? wanted : OVERLOADED;
    exchange.answered();
    (exchange.method === 'HEAD' ? observeHead : observe)(exchange, outcome.status);
    return send(exchange, outcome, operation.policy.needsToken, (error) =>
      observer.failed(exchange, error, problemOf(error).status),
    );
  }

  function settle(exchange: Exchange, outcome: Answer | Problem): Sent | Promise<Sent> {
    const held = outcome === OVERLOADED ? holdBack(exchange) : undefined;
    return held === undefined ? finish(exchange, outcome) : held.then(() => finish(exchange, outcome));
  }

  function fail(exchange: Exchange, error: unknown): Sent | Promise<Sent> {
    const problem = problemOf(error);
    // An overload is not a failure, wherever it is noticed.
    if (problem.status >= 500 && problem !== OVERLOADED) observer.failed(exchange, error, problem.status);
    return settle(exchange, problem);
  }

  return observed(observer, new PathPattern(operation.path), (exchange) => {
    try {
      const outcome = answer(operation, exchange, dependencies);
      if (!(outcome instanceof Promise)) return settle(exchange, outcome);
      return outcome.then(
        (settled) => settle(exchange, settled),
        (error: unknown) => fail(exchange, error),
      );
    } catch (error) {
      return fail(exchange, error);
    }
  });
}

function answer(
  operation: Operation,
  exchange: Exchange,
  dependencies: HandlerDependencies,
): Answer | Problem | Promise<Answer | Problem> {
  if (!operation.policy.needsToken) return answerAnyone(operation, exchange, dependencies);
  if (exchange.incoming !== undefined && !exchange.hold(headBytes(exchange.incoming.rawHeaders))) return OVERLOADED;
  // Before anything is spent on it; checked again when the work begins, because many can pass here at once.
  if (dependencies.requestsInProgress[operation.workload].isFull) return OVERLOADED;
  return answerAuthorised(operation, exchange, dependencies);
}

function holdsAnswer(exchange: Exchange, outcome: Answer | Problem): boolean {
  if (outcome instanceof Problem || outcome.content === undefined) return true;
  // Streamed bodies are few, and held in pieces of a bounded size.
  if (outcome.content.body instanceof StreamedBody) return true;
  return exchange.hold(COPIES_OF_AN_ANSWER * outcome.content.body.length);
}

/**
 * Turns a function that answers an exchange into a handler. If requests are traced, it runs within the span of its
 * request; otherwise nothing is in between.
 */
export function observed<Result>(
  { within }: RequestObserver,
  pattern: PathPattern,
  answer: (exchange: Exchange) => Result,
): (received: Received) => Result {
  if (within === undefined) return (received) => answer(new Exchange(received, pattern));
  return (received) => {
    const exchange = new Exchange(received, pattern);
    return within(exchange, () => answer(exchange));
  };
}
