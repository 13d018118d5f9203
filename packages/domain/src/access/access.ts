import type { Actor } from '../values/actor.js';
import type { Instant } from '../values/instant.js';
import { mayHoldIds } from './query-names.js';

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

/** An access that is being recorded. */
export interface NewAccess extends Access {
  /** Whether this service made the request id: then it is not the id of a person. A caller's own may be. */
  readonly isRequestIdOurs?: boolean | undefined;
}

/** Returns every id of a person that an access may name, each once: actor, person, ids in the query, request id. */
export function idsIn(access: Omit<NewAccess, 'at'>): readonly string[] {
  const others = idsBesideActor(access);
  return others.includes(access.actor) ? others : [access.actor, ...others];
}

/** Returns those that an access names in other places than the actor's, each once. */
export function idsBesideActor({
  personId,
  query,
  requestId,
  isRequestIdOurs = false,
}: Omit<NewAccess, 'at' | 'actor'>): readonly string[] {
  const ids = new Set<string>(isRequestIdOurs ? [] : [requestId]);
  if (personId !== undefined) ids.add(personId);
  if (query !== undefined) for (const id of idsInQuery(query)) ids.add(id);
  return [...ids];
}

/**
 * Whether an access was about a person: alone, or as one of several whom the query of another person names. The person's own
 * accesses are found by the actor.
 */
export function isAbout({ personId, actor, query, requestId }: Omit<Access, 'at'>, id: string): boolean {
  if (personId === id) return true;
  return actor !== id && requestId !== id && idsInQuery(query).includes(id);
}

/** Returns a query string with `erased` in place of each of these ids. */
export function withoutIds(query: string | undefined, isErased: (id: string) => boolean): string | undefined {
  return query
    ?.split('&')
    .map((piece) =>
      partsOf(piece)
        .map(({ raw, id }) => (id !== undefined && isErased(id) ? ERASED : raw))
        .join('='),
    )
    .join('&');
}

/** Returns an access with `erased` for each of these ids, except the actor's. */
export function withoutPeople<Kept extends Access>(access: Kept, isErased: (id: string) => boolean): Kept {
  const { personId, query, requestId } = access;
  return {
    ...access,
    personId: personId !== undefined && isErased(personId) ? ERASED : personId,
    query: withoutIds(query, isErased),
    requestId: isErased(requestId) ? ERASED : requestId,
  };
}

function idsInQuery(query: string | undefined): readonly string[] {
  return (query?.split('&') ?? []).flatMap(partsOf).flatMap(({ id }) => id ?? []);
}

/** Returns name and value of a parameter, or the name alone, as sent, each with the id that it may be. */
function partsOf(piece: string): readonly { readonly raw: string; readonly id: string | undefined }[] {
  const equals = piece.indexOf('=');
  const [name, value] = equals < 0 ? [piece] : [piece.slice(0, equals), piece.slice(equals + 1)];
  const decoded = decode(name);
  const may = mayHoldIds(decoded ?? '');
  return [
    { raw: name, id: may.name ? decoded : undefined },
    ...(value === undefined ? [] : [{ raw: value, id: may.value ? decode(value) : undefined }]),
  ];
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
