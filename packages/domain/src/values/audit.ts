import type { Actor } from './actor.js';
import type { Instant } from './instant.js';

/** When and by whom a record was made and last changed. `created` and `createdBy` never change. */
export interface Audit {
  readonly created: Instant;
  readonly createdBy: Actor;
  readonly modified: Instant;
  readonly modifiedBy: Actor;
}

/** The audit of a new record: created and last modified at once. */
export function auditOfNew(at: Instant, by: Actor): Audit {
  return { created: at, createdBy: by, modified: at, modifiedBy: by };
}
