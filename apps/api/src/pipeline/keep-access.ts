import type { Actor, NewAccess, RecordAccess } from '@polaris-telemetry/domain';
import type { Exchange } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { CALLER_GONE, problemOf } from '../http/problems.js';
import type { Outcome, Work } from './operation.js';
import { personOf, withoutPageToken } from './person-of.js';

/**
 * Wraps work so that the access is recorded before the caller sees the answer. If it cannot be recorded, there is no answer
 * (503). One time limit covers both. A 503 shows nothing, nor does the answer to a client that has gone: neither is recorded.
 */
export function keepingAccess(prepared: Work | Outcome, exchange: Exchange, staff: Actor, keep: RecordAccess): Work {
  return async () => {
    let outcome: Outcome;
    try {
      outcome = typeof prepared === 'function' ? await prepared() : prepared;
    } catch (error) {
      const { status } = problemOf(error);
      if (status !== 503) await keep(accessOf(exchange, staff, status));
      throw error;
    }
    const isAccessRecorded = !(outcome instanceof Problem) && outcome.isAccessRecorded === true;
    const isShown = outcome.status !== 503 && outcome !== CALLER_GONE;
    if (!isAccessRecorded && isShown) await keep(accessOf(exchange, staff, outcome.status));
    return outcome;
  };
}

/** Returns the access to record for an answer with this status. */
export function accessOf(exchange: Exchange, actor: Actor, status: number): Omit<NewAccess, 'at'> {
  const { method, route, requestId, isRequestIdOurs } = exchange;
  return {
    actor,
    operation: `${method === 'HEAD' ? 'GET' : method} ${route}`,
    personId: personOf(exchange),
    query: withoutPageToken(exchange.query) || undefined,
    status,
    requestId,
    isRequestIdOurs,
  };
}
