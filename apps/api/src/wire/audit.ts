import { type Audit, formatInstant } from '@polaris-telemetry/domain';

/** The audit of a record as JSON has it; UTC. */
export function auditOnWire({ created, createdBy, modified, modifiedBy }: Audit) {
  return {
    created: formatInstant(created),
    created_by: createdBy,
    modified: formatInstant(modified),
    modified_by: modifiedBy,
  };
}
