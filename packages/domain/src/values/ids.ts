/**
 * Ids are opaque texts. A character is a Unicode code point, as PostgreSQL's `varchar(n)` counts; `compared exactly`
 * means that case, spaces and accents count and nothing is normalised.
 */
import type { Branded } from './branded.js';
import { textOfLength } from './text.js';

/** The id of a record: 1 to 36 characters, compared exactly. New ones are UUIDs (version 4); old ones need not be. */
export type RecordId = Branded<string, 'RecordId'>;

/** The patient or clinician an installation belongs to: 1 to 36 characters, compared exactly. */
export type InstallationOwnerId = Branded<string, 'InstallationOwnerId'>;

/** The patient a meter belongs to: at least one character and no upper limit, because stored data holds long ones. */
export type MeterOwnerId = Branded<string, 'MeterOwnerId'>;

/** The phone installation a meter reports through, as the phone names it: at most 36 characters. */
export type MobileId = Branded<string, 'MobileId'>;

/** Reads the id of a record. Returns it, or the fault `text_type`, `text_nul`, `text_lone_surrogate` or `text_length`. */
export const parseRecordId = textOfLength<RecordId>(1, 36);

/** Reads the id of a patient or clinician. Returns it, or the fault `text_type`, `text_nul`, `text_lone_surrogate` or `text_length`. */
export const parseInstallationOwnerId = textOfLength<InstallationOwnerId>(1, 36);

/** Reads the id of the patient a meter belongs to. Returns it, or the fault `text_type`, `text_nul`, `text_lone_surrogate` or `text_length`. */
export const parseMeterOwnerId = textOfLength<MeterOwnerId>(1, Number.POSITIVE_INFINITY);

/** Reads the id of the phone a meter reports through. Returns it, or the fault `text_type`, `text_nul`, `text_lone_surrogate` or `text_length`. */
export const parseMobileId = textOfLength<MobileId>(0, 36);
