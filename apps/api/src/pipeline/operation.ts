import type { RouteConfig } from '@hono/zod-openapi';
import type { Actor } from '@polaris-telemetry/domain';
import { type AnyGrant, Forbidden, type Policy } from '../auth/policy.js';
import type { Principal } from '../auth/principal.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import type { Problem } from '../http/problem.js';

/** The part of an operation's OpenAPI text that is its own; the rest follows from what it is. */
export type OperationDoc = Pick<
  RouteConfig,
  'operationId' | 'tags' | 'summary' | 'description' | 'request' | 'responses'
>;

/** Work of one kind has limits of its own, in number and in time. */
export type Workload = 'records' | 'reading' | 'erasure';

/** One endpoint, as data and what it does. */
export interface OperationDefinition<Grant> {
  readonly method: 'get' | 'post' | 'patch';
  /** With parameters in braces, as in OpenAPI: `/dhos/v1/patient/{patient_id}/installation`. */
  readonly path: string;
  readonly policy: Policy<Grant>;
  /** What its work counts against; `records` when absent. */
  readonly workload?: Workload;
  /**
   * Checks what comes after permission: ids in the path, then body and headers. Returns the work that is left to do, or
   * the answer where none is left.
   */
  readonly prepare: (exchange: Exchange, grant: Grant) => Prepared | Promise<Prepared>;
  /** Absent where there is nothing to document: the files of the docs page. */
  readonly doc?: OperationDoc;
}

/** What is left to do when everything is checked: the part that asks the database, and is refused in an overload. */
export type Work = () => Promise<Answer | Problem>;

/** What a permitted request has come to. */
export interface Begun {
  /** The member of staff whose right was needed: it is kept what was answered. */
  readonly staff: Actor | undefined;
  readonly prepared: Prepared | Promise<Prepared>;
}

/** The work, or the answer where there is none: a refusal where the policy's grant does not reach so far. */
export type Prepared = Work | Answer | Problem | Forbidden;

/**
 * An operation that can only be reached through its policy: one without a policy does not compile, and neither does one that
 * relies on more than its policy grants.
 */
export class Operation {
  readonly method: OperationDefinition<unknown>['method'];
  readonly path: string;
  readonly policy: Policy<unknown>;
  readonly workload: Workload;
  readonly doc: OperationDoc | undefined;
  readonly #begin: (principal: Principal, exchange: Exchange) => Begun;

  private constructor(
    { method, path, policy, doc, workload = 'records' }: Omit<OperationDefinition<unknown>, 'prepare'>,
    begin: Operation['begin'],
  ) {
    this.method = method;
    this.path = path;
    this.policy = policy;
    this.workload = workload;
    this.doc = doc;
    this.#begin = begin;
  }

  static of<Grant extends AnyGrant | undefined>(definition: OperationDefinition<Grant>): Operation {
    const { policy, prepare } = definition;
    return new Operation(definition, (principal, exchange) => {
      const grant = policy.authorise(principal, exchange);
      return grant instanceof Forbidden
        ? { staff: undefined, prepared: grant }
        : { staff: grant?.staff, prepared: prepare(exchange, grant) };
    });
  }

  /** Authorises a caller, and prepares the work where the policy permits it. */
  begin(principal: Principal, exchange: Exchange): Begun {
    return this.#begin(principal, exchange);
  }
}
