import { z } from '@hono/zod-openapi';

/** The names of the members that show the audit of a record, in their order. */
export const AUDIT_MEMBERS = ['created', 'created_by', 'modified', 'modified_by'] as const;

/** The audit of a record in its JSON. */
export type ShownAudit = Readonly<Record<(typeof AUDIT_MEMBERS)[number], string>>;

/** Their description in the document. */
export const auditFields = {
  created: z.string().openapi({ format: 'date-time', description: 'When the record was created (UTC).' }),
  created_by: z.string().openapi({ description: 'Who created it: the id in their token, otherwise `unknown`.' }),
  modified: z.string().openapi({ format: 'date-time', description: 'When it last changed (UTC).' }),
  modified_by: z.string().openapi({ description: 'Who changed it last.' }),
};

/** @param by the creator of the example's record */
export function auditExample(by: string) {
  const at = '2022-03-04T08:30:12.345Z';
  return { created: at, created_by: by, modified: at, modified_by: by };
}

/** Ids of the documentation’s examples; the patient is the one that `npm start` prints a token for. */
export const EXAMPLE_IDS = {
  patient: '11111111-2222-4333-8444-555555555555',
  clinician: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  record: '8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01',
} as const;
