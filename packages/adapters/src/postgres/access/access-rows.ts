import { type Access, idsIn } from '@polaris-telemetry/domain';
import { instantOf, timestampText } from '../records/timestamp-text.js';

/** An access as its table has it, but for its number. */
export interface AccessRow {
  readonly at: string;
  readonly actor: string;
  readonly operation: string;
  readonly person_id: string | null;
  readonly query: string | null;
  readonly status: number;
  readonly request_id: string;
}

/** The index holds so many characters of an id. */
const INDEXED = 64;

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
    ids: JSON.stringify(idsIn(access).map(indexed)),
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

/** What the index holds of an id. Characters are code points, as for PostgreSQL. */
export function indexed(id: string): string {
  return id.length <= INDEXED ? id : [...id.slice(0, 2 * INDEXED)].slice(0, INDEXED).join('');
}
