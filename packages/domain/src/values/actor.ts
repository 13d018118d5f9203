import type { Branded } from './branded.js';
import { textOfLength } from './text.js';

/** Who made or changed a record: the id of a patient, device, clinician or system, as the platform's tokens name it. */
export type Actor = Branded<string, 'Actor'>;

/** Reads an actor, which may be any text: gives it, or the fault `text_type`, `text_nul` or `text_lone_surrogate`. */
export const parseActor = textOfLength<Actor>(0, Number.POSITIVE_INFINITY);

/** Stands for an actor whose token names nobody: the text `unknown`. */
export const UNKNOWN_ACTOR = 'unknown' as Actor;
