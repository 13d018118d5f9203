import { ERASED } from '../access/access.js';
import { UNKNOWN_ACTOR } from '../values/actor.js';
import { Fault, isFault } from '../values/fault.js';
import { type MeterOwnerId, parseMeterOwnerId } from '../values/ids.js';

/** A patient or clinician. Both are the same person if they have the same id. */
export type PersonId = MeterOwnerId;

const NOBODY = new Fault('person_nobody', `must not be \`${ERASED}\` or \`${UNKNOWN_ACTOR}\`, which stand for nobody`);

/** Reads the id of a person to erase: returns it, or a fault of an owner's id, or `person_nobody`. */
export function parseErasablePersonId(raw: unknown): PersonId | Fault {
  const id = parseMeterOwnerId(raw);
  if (isFault(id)) return id;
  return id === ERASED || id === String(UNKNOWN_ACTOR) ? NOBODY : id;
}
