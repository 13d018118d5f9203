import type { RouteConfig } from '@hono/zod-openapi';
import type { Authorised, OwnerPolicy, PublicPolicy, SystemPolicy } from '../auth/policies.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import type { Problem } from '../http/problem.js';

/** What an operation gives: at once, or later. */
export type Outcome = Answer | Problem | Promise<Answer | Problem>;

/** What every operation has: how it is called and what the documentation says of it. */
interface Documented {
  readonly method: 'get' | 'post' | 'patch';
  /** With parameters in braces, as in OpenAPI: `/dhos/v1/patient/{patient_id}/installation`. */
  readonly path: string;
  /** Absent where there is nothing to document: the files of the docs page. */
  readonly doc?: OperationDoc;
}

/** The part of an operation's OpenAPI text that is its own; the rest follows from what it is. */
export type OperationDoc = Pick<
  RouteConfig,
  'operationId' | 'tags' | 'summary' | 'description' | 'request' | 'responses'
>;

/** Anyone may call it, and it is never refused for overload. */
export interface PublicOperation extends Documented {
  readonly policy: PublicPolicy;
  readonly answer: (exchange: Exchange) => Outcome;
}

/** Only another system may call it. */
export interface SystemOperation extends Documented {
  readonly policy: SystemPolicy;
  readonly prepare: (exchange: Exchange) => Prepared;
}

/** It is about the records of one owner, whom the first parameter of the path names. */
export interface OwnerOperation extends Documented {
  readonly policy: OwnerPolicy;
  /**
   * Checks what comes after permission: ids in the path, then body and headers. Gives the work that is left to do.
   *
   * @param segments of the path, as sent
   */
  readonly prepare: (
    exchange: Exchange,
    authorised: Authorised,
    segments: readonly string[],
  ) => Prepared | Promise<Prepared>;
}

/** What is left to do when everything is checked: the part that asks the database. */
export type Work = () => Promise<Answer | Problem>;

/** The work, or why there is none. */
export type Prepared = Problem | Work;

/**
 * One endpoint, as data and what it does. `createHandler` is the only way from a request to it, and authorises by the
 * policy first: an operation without a policy does not compile, and what it does cannot be reached past it.
 */
export type Operation = PublicOperation | SystemOperation | OwnerOperation;

export function isPublic(operation: Operation): operation is PublicOperation {
  return operation.policy.who === 'anyone';
}

export function isForSystems(operation: Operation): operation is SystemOperation {
  return operation.policy.who === 'system';
}
