import { z } from '@hono/zod-openapi';
import { type Audit, formatInstant } from '@polaris-telemetry/domain';

/** Adds the audit of a record to its JSON; UTC. */
export function addAudit(record: Record<string, unknown>, { created, createdBy, modified, modifiedBy }: Audit): void {
  record['created'] = formatInstant(created);
  record['created_by'] = createdBy;
  record['modified'] = formatInstant(modified);
  record['modified_by'] = modifiedBy;
}

/** How the document describes it. */
export const auditFields = {
  created: z.string().openapi({ format: 'date-time', description: 'When the record was made (UTC).' }),
  created_by: z.string().openapi({ description: 'Who made it: the id that their token names, else `unknown`.' }),
  modified: z.string().openapi({ format: 'date-time', description: 'When it last changed (UTC).' }),
  modified_by: z.string().openapi({ description: 'Who changed it last.' }),
};

/** @param by whoever made the record of the example */
export function auditExample(by: string) {
  const at = '2022-03-04T08:30:12.345Z';
  return { created: at, created_by: by, modified: at, modified_by: by };
}
