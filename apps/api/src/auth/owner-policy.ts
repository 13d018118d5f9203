import type { Actor } from '@polaris-telemetry/domain';
import { actorOf } from './actor.js';
import { type AnyGrant, Forbidden, type Policy } from './policy.js';

/** Permission to act on the records of one owner. */
export interface OwnerGrant extends AnyGrant {
  /** The owner that the path names. The rules for ids are checked later, after permission. */
  readonly ownerId: string;
  /** The actor that the audit of the caller's writes will name. */
  readonly actor: Actor;
}

/** The claim that names an owner. The path's parameter has the same name. */
export type OwnerClaim = 'patient_id' | 'clinician_id';

const NOT_THE_OWNER = new Forbidden('The access token does not permit access to these records.');

/**
 * Lets owners act on their own records.
 *
 * @param ownScope the scope that owners need
 * @param everyScope the scope that permits the operation for every owner
 */
export function ownerPolicy(claim: OwnerClaim, ownScope: string, everyScope?: string): Policy<OwnerGrant> {
  const lacksScope = Forbidden.lacking(ownScope);
  const others = everyScope === undefined ? '' : `, or \`${everyScope}\``;
  return {
    needsToken: true,
    needs: `Needs \`${ownScope}\` and the ${claim.replace('_id', '')}’s own token${others}.`,
    authorise(principal, path) {
      // What cannot be decoded names no one: no token permits it, unless it permits everything.
      const ownerId = path.parameter(claim) ?? '';
      const { scopes, claims, trusted } = principal;
      const isOwners = scopes.has(ownScope) && names(claims[claim], ownerId);
      const isStaffs = !isOwners && everyScope !== undefined && scopes.has(everyScope);
      if (!trusted && !isOwners && !isStaffs) return scopes.has(ownScope) ? NOT_THE_OWNER : lacksScope;
      const actor = actorOf(principal, ownerId);
      return { ownerId, actor, ...(isStaffs && { staff: actor }) };
    },
  };
}

function names(claim: string | readonly string[] | undefined, id: string): boolean {
  return typeof claim === 'string' ? claim === id : (claim?.includes(id) ?? false);
}
