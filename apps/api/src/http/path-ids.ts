import { type Fault, isFault, parseRecordId, type RecordId } from '@polaris-telemetry/domain';
import type { Exchange } from './exchange.js';
import { type InputFault, Problem } from './problem.js';

const DETAIL = 'The path is not valid.';
const BROKEN = 'must be percent-encoded UTF-8';

/** Reads an owner's id as authorisation returned it. */
export function ownerIdOf<Owner>(raw: string, parse: (raw: unknown) => Owner | Fault, name: string): Owner | Problem {
  const id = parse(raw);
  return isFault(id) ? notValid([{ path: `/${name}`, message: id.rule }]) : id;
}

/** Names of the two parameters, for the faults. */
export interface IdNames {
  readonly owner: string;
  readonly record: string;
}

/** Reads both ids of a record's path: the owner's as authorisation returned it, the record's as sent. */
export function recordRefOf<Owner>(
  exchange: Exchange,
  rawOwner: string,
  parseOwner: (raw: unknown) => Owner | Fault,
  names: IdNames,
): { readonly ownerId: Owner; readonly id: RecordId } | Problem {
  const ownerId = parseOwner(rawOwner);
  const decoded = exchange.parameter(names.record);
  const id = parseRecordId(decoded);
  if (!isFault(ownerId) && !isFault(id)) return { ownerId, id };
  const faults: InputFault[] = [];
  if (isFault(ownerId)) faults.push({ path: `/${names.owner}`, message: ownerId.rule });
  if (isFault(id)) faults.push({ path: `/${names.record}`, message: decoded === undefined ? BROKEN : id.rule });
  return notValid(faults);
}

function notValid(faults: readonly InputFault[]): Problem {
  return new Problem(400, DETAIL, { faults });
}
