import { type Access, idsIn } from '@polaris-telemetry/domain';
import { indexedPart } from '../records/indexed-text.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';

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

export function toRow(access: Access): AccessRow & { readonly ids: string } {
  const { at, actor, operation, personId, query, status, requestId } = access;
  return {
    at: timestampText(at),
    actor,
    operation,
    person_id: personId ?? null,
    query: query ?? null,
    status,
    request_id: requestId,
    ids: JSON.stringify(idsIn(access).map(indexedPart)),
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
