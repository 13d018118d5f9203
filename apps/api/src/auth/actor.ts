import { type Actor, isFault, parseActor, UNKNOWN_ACTOR } from '@polaris-telemetry/domain';
import { ACTOR_CLAIMS, type Principal } from './principal.js';

/**
 * Returns who acts: the first claim that names anyone. From a list, the preferred id if the list holds it, otherwise the
 * first.
 */
export function actorOf({ claims }: Principal, preferred?: string): Actor {
  for (const name of ACTOR_CLAIMS) {
    const claim = claims[name];
    const id = typeof claim === 'string' ? claim : listed(claim, preferred);
    // A name that cannot be stored (NUL, a lone surrogate) is ignored.
    const actor = parseActor(id);
    if (!isFault(actor)) return actor;
  }
  return UNKNOWN_ACTOR;
}

function listed(ids: readonly string[] | undefined, preferred: string | undefined): string | undefined {
  return preferred !== undefined && ids?.includes(preferred) ? preferred : ids?.[0];
}
