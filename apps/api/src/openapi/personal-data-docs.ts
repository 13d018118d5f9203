import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { COUNTS_EXAMPLE, personCounts } from './erasure-docs.js';
import { headersWith } from './headers.js';
import { AS_OF, instant, revisionSchema } from './list-docs.js';
import { ACCESS_EXAMPLE, accessSchema } from './person-docs.js';
import { errorResponses } from './problems.js';
import { pathOf, type RecordDoc } from './record-docs.js';

/** The kinds of records that a person may have. */
interface Kinds {
  readonly patients: { readonly doc: RecordDoc };
  readonly clinicians: { readonly doc: RecordDoc };
  readonly meters: { readonly doc: RecordDoc };
}

/** GET of all that is held on one person. */
export function personalDataDoc({ patients, clinicians, meters }: Kinds): OperationDoc {
  const kind = z.enum(['patient_installation', 'clinician_installation', 'blood_glucose_meter']);
  const anyRevision = z.union([patients, clinicians, meters].map(({ doc }) => revisionSchema(doc)));
  const schema = z.object({
    person_id: z.string(),
    as_of: instant('The document shows one state of the database throughout: that of this moment (UTC).'),
    counts: personCounts,
    patient_installations: z.array(patients.doc.schema),
    clinician_installations: z.array(clinicians.doc.schema),
    blood_glucose_meters: z.array(meters.doc.schema),
    revisions: z
      .array(z.object({ kind, uuid: z.string(), revisions: z.array(anyRevision) }))
      .openapi({ description: 'Every known state of each of these records, newest first.' }),
    records_of_others: z
      .array(z.object({ kind, uuid: z.string(), roles: z.array(z.enum(['created_by', 'modified_by'])) }))
      .openapi({
        description: 'Records of others that the person made or changed, in their present state or an earlier one.',
      }),
    retry_copies: z
      .number()
      .int()
      .openapi({ description: 'Copies of the records, kept for 24 hours for safe retries.' }),
    accesses: z.array(accessSchema).openapi({
      description:
        'Who of staff looked at the person’s data, and at whose data the person looked; newest first, without this request. Pages that showed the person among others are not among them.',
    }),
  });
  const example = {
    person_id: 'patient-1',
    as_of: AS_OF,
    counts: { ...COUNTS_EXAMPLE, patient_installations: 1, blood_glucose_meters: 0, revisions: 1, accesses: 1 },
    patient_installations: [patients.doc.example],
    clinician_installations: [],
    blood_glucose_meters: [],
    revisions: [],
    records_of_others: [],
    retry_copies: 0,
    accesses: [ACCESS_EXAMPLE],
  };
  const id = { name: 'person_id', description: 'A patient or a clinician, or both, of this id.', example: 'patient-1' };
  return {
    tags: ['People'],
    operationId: 'get_personal_data',
    summary: 'Get all that is held on one person',
    description:
      'For a request for access. A patient and a clinician with the same id are one person: make sure that the id is right. The document has any length and is sent in chunks; if it fails, its connection ends without the end of the chunked body. A process runs two of these, or exports, at once; a third gets 503.',
    request: { params: pathOf(id) },
    responses: {
      200: {
        description: 'The document.',
        headers: headersWith(),
        content: { 'application/json': { schema, example } },
      },
      ...errorResponses(400, 401, 403, 503),
    },
  };
}
