import { type Actor, isFault, parseActor, UNKNOWN_ACTOR } from '@polaris-telemetry/domain';
import { ACTOR_CLAIMS, type Principal } from './principal.js';

const WRITE = 'write:gdm_telemetry';
const READ = 'read:gdm_telemetry';
const READ_ALL = 'read:gdm_telemetry_all';

/** Anyone may, without a token. */
export interface PublicPolicy {
  readonly who: 'anyone';
}

/** Who may do something to the records of one owner. */
export interface OwnerPolicy {
  readonly who: 'owner';
  /** The claim that must name the owner. */
  readonly claim: 'patient_id' | 'clinician_id';
  /** The scope that serves for one's own records. */
  readonly ownScope: string;
  /** The scope that serves for everybody's records. */
  readonly everyScope?: string;
}

/** Only another system of the platform may. */
export interface SystemPolicy {
  readonly who: 'system';
}

/** Who may do what. Every route names one. */
export type Policy = PublicPolicy | OwnerPolicy | SystemPolicy;

function write(claim: OwnerPolicy['claim']): OwnerPolicy {
  return { who: 'owner', claim, ownScope: WRITE };
}

function read(claim: OwnerPolicy['claim']): OwnerPolicy {
  return { who: 'owner', claim, ownScope: READ, everyScope: READ_ALL };
}

/** The policies of the routes, by whose records they are about. */
export const policies = {
  public: { who: 'anyone' },
  dropData: { who: 'system' },
  patient: {
    write: write('patient_id'),
    readInstallation: read('patient_id'),
    // The original kept READ_ALL out here, so that no member of staff could ever see a meter.
    readMeter: read('patient_id'),
  },
  clinician: {
    write: write('clinician_id'),
    readInstallation: read('clinician_id'),
  },
} as const satisfies Record<string, Policy | Record<string, Policy>>;

/** What a caller may go on with. */
export interface Authorised {
  readonly ok: true;
  /** Whose records the caller may touch. Not yet checked for the rules of an id, which come after permission. */
  readonly ownerId: string;
  /** Who is noted in the audit of what the caller writes. */
  readonly actor: Actor;
}

/** A valid token that may not do this (403). */
export interface Forbidden {
  readonly ok: false;
  /** Fit to be shown to the caller. */
  readonly message: string;
  /** Value of WWW-Authenticate (RFC 6750, section 3.1), where another scope would help. */
  readonly challenge?: string;
}

const NOT_THE_OWNER: Forbidden = { ok: false, message: 'The access token does not permit access to these records.' };
const NOT_A_SYSTEM: Forbidden = { ok: false, message: 'Only a system of the platform may do this.' };

/** Decides whether a caller may act on the records of an owner. */
export function authorise(policy: OwnerPolicy, principal: Principal, ownerId: string): Authorised | Forbidden {
  const { scopes, claims, trusted } = principal;
  const mayTouchAll = trusted || (policy.everyScope !== undefined && scopes.has(policy.everyScope));
  if (!mayTouchAll) {
    if (!scopes.has(policy.ownScope)) return lacksScope(policy.ownScope);
    if (!names(claims[policy.claim], ownerId)) return NOT_THE_OWNER;
  }
  return { ok: true, ownerId, actor: actorOf(principal, ownerId) };
}

/** Decides whether a caller is a system of the platform: one id in `system_id`. */
export function authoriseSystem(principal: Principal): { readonly ok: true } | Forbidden {
  const id = principal.claims.system_id;
  return typeof id === 'string' && id !== '' ? { ok: true } : NOT_A_SYSTEM;
}

/** Who acts: the first claim that names somebody; of a list, the id that the path names, else the first. */
export function actorOf(principal: Principal, ownerId: string): Actor {
  for (const name of ACTOR_CLAIMS) {
    const claim = principal.claims[name];
    const id = typeof claim === 'string' ? claim : claim?.includes(ownerId) ? ownerId : claim?.[0];
    // A name that cannot be stored (NUL, a lone surrogate) is no name.
    const actor = parseActor(id);
    if (!isFault(actor)) return actor;
  }
  return UNKNOWN_ACTOR;
}

function names(claim: string | readonly string[] | undefined, id: string): boolean {
  return typeof claim === 'string' ? claim === id : (claim?.includes(id) ?? false);
}

function lacksScope(scope: string): Forbidden {
  const message = `The access token lacks the scope ${scope}.`;
  return {
    ok: false,
    message,
    challenge: `Bearer error="insufficient_scope", error_description="${message}", scope="${scope}"`,
  };
}
