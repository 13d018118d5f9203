import { type Access, idsBesideActor, type NewAccess } from '@polaris-telemetry/domain';
import { indexedPart } from '../records/indexed-text.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';
import { arrayLiteral } from '../statements/array-literal.js';

/** A row of the table `access`, without its number. */
export interface AccessRow {
  readonly at: string;
  readonly actor: string;
  readonly operation: string;
  readonly person_id: string | null;
  readonly query: string | null;
  readonly status: number;
  readonly request_id: string;
}

/**
 * The row of an access, with the beginnings of the ids that it names as a PostgreSQL array.
 *
 * @param named those beside the actor's
 */
export function toRow(access: NewAccess, named = idsBesideActor(access)): AccessRow & { readonly ids: string } {
  const { at, actor, operation, personId, query, status, requestId } = access;
  return {
    at: timestampText(at),
    actor,
    operation,
    person_id: personId ?? null,
    query: query ?? null,
    status,
    request_id: requestId,
    ids: arrayLiteral(named.includes(actor) ? named : [actor, ...named], indexedPart),
  };
}

export function toAccess(row: AccessRow): Access {
  return {
    at: instantOf(row.at),
    actor: row.actor as Access['actor'],
    operation: row.operation,
    personId: row.person_id ?? undefined,
    query: row.query ?? undefined,
    status: row.status,
    requestId: row.request_id,
  };
}
