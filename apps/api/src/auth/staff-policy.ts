import { type Actor, isFault, parseActor } from '@polaris-telemetry/domain';
import { actorOf } from './actor.js';
import { type AnyGrant, Forbidden, type Policy } from './policy.js';
import { ACTOR_CLAIMS, type Principal } from './principal.js';

/** Permission to do what only staff may do. */
export interface StaffGrant extends AnyGrant {
  readonly actor: Actor;
  /** Whether one of the caller's own claims is this id. */
  readonly isNamed: (id: string) => boolean;
  /** Whether the caller has this scope too. */
  readonly hasScope: (scope: string) => boolean;
}

/** The claims that name staff. They come first in the audit of staff's actions, whatever else the token names. */
const STAFF_CLAIMS = ['clinician_id', 'system_id'] as const;

const NOT_STAFF = new Forbidden('Only staff may do this: a token with clinician_id or system_id, and no patient_id.');

/**
 * Admits staff: callers who have one of the scopes and are named by `clinician_id` or `system_id`. A token with a
 * `patient_id` is a patient's, whatever else it holds.
 *
 * @param accepted the scopes; a refusal names the first one
 * @param isRecorded whether to record the access; false if no one's data are shown
 */
export function staffPolicy(
  accepted: readonly [string, ...string[]],
  { isRecorded }: { readonly isRecorded: boolean } = { isRecorded: true },
): Policy<StaffGrant> {
  const [scope] = accepted;
  const lacksScope = Forbidden.lacking(scope);
  const listed = accepted.map((name) => `\`${name}\``).join(' or ');
  return {
    needsToken: true,
    needs: `Needs ${listed}, and a token of staff: one with \`clinician_id\` or \`system_id\`, and no \`patient_id\`.`,
    authorise(principal) {
      const { scopes, trusted } = principal;
      if (!trusted) {
        if (!accepted.some((name) => scopes.has(name))) return lacksScope;
        if (principal.claims.patient_id !== undefined) return NOT_STAFF;
      }
      const actor = memberOfStaff(principal) ?? (trusted ? actorOf(principal) : undefined);
      if (actor === undefined) return NOT_STAFF;
      const isNamed = (id: string) => ACTOR_CLAIMS.some((name) => [principal.claims[name]].flat().includes(id));
      return { actor, isNamed, hasScope: (name) => trusted || scopes.has(name), ...(isRecorded && { staff: actor }) };
    },
  };
}

/** Returns who of staff acts: the first id that can be kept. Whom the log of accesses cannot name gets nothing to see. */
function memberOfStaff({ claims }: Principal): Actor | undefined {
  return STAFF_CLAIMS.flatMap((name) => claims[name] ?? [])
    .filter((id) => id !== '')
    .map((id) => parseActor(id))
    .find((actor): actor is Actor => !isFault(actor));
}
