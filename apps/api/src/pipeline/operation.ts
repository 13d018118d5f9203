import type { RouteConfig } from '@hono/zod-openapi';
import type { Actor } from '@polaris-telemetry/domain';
import { type AnyGrant, Forbidden, type Policy } from '../auth/policy.js';
import type { Principal } from '../auth/principal.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import type { Problem } from '../http/problem.js';

/** The operation's own part of its OpenAPI text; the rest is derived. */
export type OperationDoc = Pick<
  RouteConfig,
  'operationId' | 'tags' | 'summary' | 'description' | 'request' | 'responses'
>;

/** Each kind of work has its own limits, in number and in time. */
export type Workload = 'records' | 'reads' | 'erasure';

/** One endpoint: its data and its behaviour. */
export interface OperationDefinition<Grant> {
  readonly method: 'get' | 'post' | 'patch';
  /** With parameters in braces, as in OpenAPI: `/dhos/v1/patient/{patient_id}/installation`. */
  readonly path: string;
  readonly policy: Policy<Grant>;
  /** The limit that its work counts against; `records` when absent. */
  readonly workload?: Workload;
  /**
   * Checks what comes after permission: ids in the path, then body and headers. Returns the remaining work, or the answer
   * if there is none.
   */
  readonly prepare: (exchange: Exchange, grant: Grant) => Prepared | Promise<Prepared>;
  /** Called when the document is written, if it ever is. Absent if there is nothing to document: the files of the docs page. */
  readonly doc?: () => OperationDoc;
}

/** The work after all checks: the part that queries the database, and is refused in an overload. */
export type Work = () => Promise<Outcome>;

export type Outcome = Answer | Problem;

/** What authorising a request led to. */
export interface Preparation {
  /** The member of staff whose right was needed; the access is recorded. */
  readonly staff: Actor | undefined;
  readonly prepared: Prepared | Promise<Prepared>;
}

/** The work, or the answer if there is none: a refusal if the policy's grant does not reach that far. */
export type Prepared = Work | Answer | Problem | Forbidden;

/**
 * An operation that can only be reached through its policy. It does not compile without a policy, or if it relies on more
 * than its policy grants.
 */
export class Operation {
  readonly method: OperationDefinition<unknown>['method'];
  readonly path: string;
  readonly policy: Policy<unknown>;
  readonly workload: Workload;
  readonly doc: (() => OperationDoc) | undefined;
  readonly #prepareFor: (principal: Principal, exchange: Exchange) => Preparation;

  private constructor(
    { method, path, policy, doc, workload = 'records' }: Omit<OperationDefinition<unknown>, 'prepare'>,
    prepareFor: Operation['prepareFor'],
  ) {
    this.method = method;
    this.path = path;
    this.policy = policy;
    this.workload = workload;
    this.doc = doc;
    this.#prepareFor = prepareFor;
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

  /** Authorises a caller, and prepares the work if the policy permits it. */
  prepareFor(principal: Principal, exchange: Exchange): Preparation {
    return this.#prepareFor(principal, exchange);
  }
}
