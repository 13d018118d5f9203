import type { RetentionRequest } from '../database.js';

/** The tables whose records can be deleted, by the names that commands and exports use. */
export const RETAINED_TABLES: Readonly<Record<string, RetentionRequest['tables'][number]>> = {
  patient_installations: 'mobile',
  clinician_installations: 'desktop',
  blood_glucose_meters: 'blood_glucose_meter',
};
