import type { Actor } from '../values/actor.js';
import type { Instant } from '../values/instant.js';

/** Replaces the id of an erased person. */
export const ERASED = 'erased';

/** An entry of the access log: a member of staff read other people's data. */
export interface Access {
  readonly at: Instant;
  readonly actor: Actor;
  /** The operation: a method, and a path with parameters in braces. */
  readonly operation: string;
  /** The person it was about; undefined if it was not about one person. */
  readonly personId: string | undefined;
  /** The query string in ASCII, percent-encoded; undefined if there was none. */
  readonly query: string | undefined;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly requestId: string;
}

/** Names of parameters that hold a person's id, misspellings included, without `_` and in lower case. */
const NAMES_OF_IDS: ReadonlySet<string> = new Set([
  ...['patientid', 'clinicianid', 'personid', 'ownerid', 'actor'],
  ...['patient', 'clinician', 'person', 'owner', 'userid', 'user'],
]);

/** Returns every id of a person that an access may name, each once: actor, person, ids in the query, request id. */
export function idsIn({ actor, personId, query, requestId }: Omit<Access, 'at'>): readonly string[] {
  const ids = new Set<string>([actor, requestId]);
  if (personId !== undefined) ids.add(personId);
  for (const piece of piecesOf(query)) {
    const id = idIn(piece);
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}

/**
 * Whether an access was about a person: alone, or as one of several whom the query of another person names. The person's own
 * accesses are found by the actor.
 */
export function isAbout({ personId, actor, query, requestId }: Omit<Access, 'at'>, id: string): boolean {
  if (personId === id) return true;
  return actor !== id && requestId !== id && piecesOf(query).some((piece) => idIn(piece) === id);
}

/** Returns a query string with `erased` in place of each of these ids. */
export function withoutIds(query: string | undefined, isErased: (id: string) => boolean): string | undefined {
  if (query === undefined) return undefined;
  const pieces = piecesOf(query).map((piece) => {
    const id = idIn(piece);
    return id !== undefined && isErased(id) ? `${piece.slice(0, piece.indexOf('='))}=${ERASED}` : piece;
  });
  return pieces.join('&');
}

/** Returns an access with `erased` for each of these ids, except the actor's. */
export function withoutPeople(access: Access, isErased: (id: string) => boolean): Access {
  const { personId, query, requestId } = access;
  return {
    ...access,
    personId: personId !== undefined && isErased(personId) ? ERASED : personId,
    query: withoutIds(query, isErased),
    requestId: isErased(requestId) ? ERASED : requestId,
  };
}

function piecesOf(query: string | undefined): readonly string[] {
  return query?.split('&') ?? [];
}

function idIn(piece: string): string | undefined {
  const equals = piece.indexOf('=');
  if (equals < 0) return undefined;
  const name = decode(piece.slice(0, equals))
    ?.toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  return name !== undefined && NAMES_OF_IDS.has(name) ? decode(piece.slice(equals + 1)) : undefined;
}

/** As in HTML forms, `+` is a space. */
function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    // No stored id holds NUL.
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
