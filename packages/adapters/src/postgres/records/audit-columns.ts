import type { Audit, Branded } from '@polaris-telemetry/domain';
import { instantOf, timestampText } from './timestamp-text.js';

interface AuditColumns {
  readonly created: string;
  readonly created_by_: string;
  readonly modified: string;
  readonly modified_by_: string;
}

export function auditColumns({ created, createdBy, modified, modifiedBy }: Audit): AuditColumns {
  return {
    created: timestampText(created),
    created_by_: createdBy,
    modified: timestampText(modified),
    modified_by_: modifiedBy,
  };
}

export function auditOf(row: AuditColumns): Audit {
  return {
    created: instantOf(row.created),
    createdBy: trusted(row.created_by_),
    modified: instantOf(row.modified),
    modifiedBy: trusted(row.modified_by_),
  };
}

/**
 * A stored value, as the type its rule gave it. It is not checked again: it passed its rule when it was stored, or it is
 * the original's, whose rules were looser, and must be shown as it is.
 */
export function trusted<Value extends Branded<string | number, string>>(
  stored: Value extends string ? string : number,
): Value {
  return stored as unknown as Value;
}
