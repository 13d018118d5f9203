import type { Branded } from './branded.js';
import { textOfLength } from './text.js';

/** Who made or changed a record: the id of a patient, device, clinician or system, as the platform's tokens name it. */
export type Actor = Branded<string, 'Actor'>;

/** @see textOfLength for the faults it returns */
export const parseActor = textOfLength<Actor>(0, Number.POSITIVE_INFINITY);

/** Stands for an actor whose token names nobody. */
export const UNKNOWN_ACTOR = 'unknown' as Actor;
