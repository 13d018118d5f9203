import type { Actor } from '../values/actor.js';
import type { Instant } from '../values/instant.js';

/** Stands where the id of a person stood who was erased: the text `erased`. */
export const ERASED = 'erased';

/** That somebody looked at data of others, by a right that only staff has. */
export interface Access {
  readonly at: Instant;
  readonly actor: Actor;
  /** What was asked for: a method, and a path with parameters in braces. */
  readonly operation: string;
  /** The person whom it was about, where it was about one. */
  readonly personId: string | undefined;
  /** The query string in ASCII, percent-encoded; undefined where there was none. */
  readonly query: string | undefined;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly requestId: string;
}

/** Names of parameters that hold the id of a person, also as they are misspelled, without `_` and in lower case. */
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

/** As HTML forms write it: `+` is a space. */
function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    // Nothing that is stored holds it.
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
