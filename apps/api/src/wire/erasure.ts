import { type Erasure, formatInstant, type PersonCounts, parseErasablePersonId } from '@polaris-telemetry/domain';
import { z } from 'zod';
import { parsed, ruleOf } from './parsed.js';

/** The body of an erasure. */
export const erasureBody = z.strictObject({
  person_id: parsed(z.string({ error: ruleOf(parseErasablePersonId) }), parseErasablePersonId),
  dry_run: z.boolean({ error: () => 'must be true or false' }).default(false),
});

export function showCounts(counts: PersonCounts) {
  return {
    patient_installations: counts.patientInstallations,
    clinician_installations: counts.clinicianInstallations,
    blood_glucose_meters: counts.bloodGlucoseMeters,
    revisions: counts.revisions,
    retry_copies: counts.retryCopies,
    names_in_others_records: counts.namesInOthersRecords,
    accesses: counts.accesses,
  };
}

/** The members of a receipt, in the order of its JSON. */
export function showErasure({ id, at, by, counts, subject }: Erasure) {
  return { id, at: formatInstant(at), by, counts: showCounts(counts), subject, dry_run: false };
}
