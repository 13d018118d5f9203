import type { Actor } from '@polaris-telemetry/domain';
import type { Principal } from './principal.js';

/** What a policy may know about a request, apart from its caller. */
export interface PathParameters {
  /** Returns a parameter of the path, decoded; undefined if its percent-encoding is broken. */
  parameter(name: string): string | undefined;
}

/** Common to all grants. */
export interface AnyGrant {
  /** The member of staff who reads other people's data by a staff right, which the access log records; absent if no such right was needed. */
  readonly staff?: Actor | undefined;
}

/** Decides who may call an operation, and what the operation may then rely on. */
export interface Policy<Grant> {
  /** False for the policy that admits anyone, with or without a token. */
  readonly needsToken: boolean;
  /** What a caller needs, as a sentence for the API's documentation; empty if nothing is needed. */
  readonly needs: string;
  readonly authorise: (principal: Principal, path: PathParameters) => Grant | Forbidden;
}

/** A valid token that does not permit the request (403). */
export class Forbidden {
  /** Fit to be shown to the caller. */
  readonly message: string;
  /** Value of WWW-Authenticate (RFC 6750, section 3.1), if another scope would help. */
  readonly challenge: string | undefined;

  constructor(message: string, challenge?: string) {
    this.message = message;
    this.challenge = challenge;
  }

  /** The refusal of a token without a scope. */
  static lacking(scope: string): Forbidden {
    const message = `The access token lacks the scope ${scope}.`;
    return new Forbidden(
      message,
      `Bearer error="insufficient_scope", error_description="${message}", scope="${scope}"`,
    );
  }
}
