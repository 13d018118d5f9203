import type { Access, Actor, RecordAccess } from '@polaris-telemetry/domain';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { problemOf } from '../http/problems.js';
import type { Work } from './operation.js';
import { personOf, withoutPageToken } from './person-of.js';

/**
 * Work that keeps who looked at what before anyone gets to see the answer: if it cannot, there is no answer (503). The
 * answer's own limit of time holds for both. What shows nothing because the service cannot answer is not kept.
 */
export function keepingAccess(
  prepared: Work | Answer | Problem,
  exchange: Exchange,
  staff: Actor,
  keep: RecordAccess,
): Work {
  return async () => {
    let outcome: Answer | Problem;
    try {
      outcome = typeof prepared === 'function' ? await prepared() : prepared;
    } catch (error) {
      const { status } = problemOf(error);
      if (status !== 503) await keep(accessOf(exchange, staff, status));
      throw error;
    }
    const isKept = !(outcome instanceof Problem) && outcome.isKept === true;
    if (!isKept && outcome.status !== 503) await keep(accessOf(exchange, staff, outcome.status));
    return outcome;
  };
}

/** What is kept of an answer with this status. */
export function accessOf(exchange: Exchange, actor: Actor, status: number): Omit<Access, 'at'> {
  const { method, route, requestId } = exchange;
  return {
    actor,
    operation: `${method === 'HEAD' ? 'GET' : method} ${route}`,
    personId: personOf(exchange),
    query: withoutPageToken(exchange.query) || undefined,
    status,
    requestId,
  };
}
