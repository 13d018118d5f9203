import type { Branded } from './branded.js';
import { textOfLength } from './text.js';

/** The id of a record: 1 to 36 characters, compared exactly. New ones are UUIDs (version 4); old ones need not be. */
export type RecordId = Branded<string, 'RecordId'>;

/** The patient or clinician an installation belongs to: 1 to 36 characters, compared exactly. */
export type InstallationOwnerId = Branded<string, 'InstallationOwnerId'>;

/** The patient a meter belongs to: at least one character and no upper limit, for long ones exist in stored data. */
export type MeterOwnerId = Branded<string, 'MeterOwnerId'>;

/** The phone installation a meter reports through, as the phone names it: at most 36 characters. */
export type MobileId = Branded<string, 'MobileId'>;

/** @see textOfLength for the faults it returns */
export const parseRecordId = textOfLength<RecordId>(1, 36);

/** @see textOfLength for the faults it returns */
export const parseInstallationOwnerId = textOfLength<InstallationOwnerId>(1, 36);

/** @see textOfLength for the faults it returns */
export const parseMeterOwnerId = textOfLength<MeterOwnerId>(1, Number.POSITIVE_INFINITY);

/** @see textOfLength for the faults it returns */
export const parseMobileId = textOfLength<MobileId>(0, 36);
