import { type Access, formatInstant } from '@polaris-telemetry/domain';

/** The members of an access, in the order of its JSON. */
export function showAccess({ at, actor, operation, personId, query, status, requestId }: Access) {
  return {
    at: formatInstant(at),
    actor,
    operation,
    person_id: personId ?? null,
    query: query ?? null,
    status,
    request_id: requestId,
  };
}
