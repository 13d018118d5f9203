import type { Branded } from './branded.js';
import { textOfLength } from './text.js';

/** Who made or changed a record: the id of a patient, device, clinician or system, as it stands in the platform's tokens. */
export type Actor = Branded<string, 'Actor'>;

/** Reads an actor, which may be any text. Returns it, or the fault `text_type`, `text_nul` or `text_lone_surrogate`. */
export const parseActor = textOfLength<Actor>(0, Number.POSITIVE_INFINITY);

/** The actor when a token names no one: the text `unknown`. */
export const UNKNOWN_ACTOR = 'unknown' as Actor;
