import { expect } from 'vitest';
import { type Kind, patientInstallations } from '../../support/kinds.js';

/** What a client saw of a request. */
export interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
  /** Whether it is the answer to an earlier request with the same key. */
  readonly replayed: boolean;
  /** Seconds to the end of the answer. */
  readonly took: number;
}

/** Within so many seconds every request is answered: 5 are promised, the rest is for a busy machine. */
export const ANSWERED = 12;
/** `/healthcheck` within so many: 2 are promised. */
export const CHECKED = 5;
/** `/running` within so many: 0.1 are promised. What waits for the database takes longer. */
export const LIVES = 3;

/** Asks; a request without an answer in 15 s hangs, which is an error of the test. */
export async function ask(url: string, path: string, init: RequestInit = {}): Promise<Seen> {
  const asked = performance.now();
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(15_000), ...init });
  const text = await response.text();
  const took = (performance.now() - asked) / 1000;
  const { status, headers } = response;
  const replayed = headers.get('idempotency-replayed') === 'true';
  return { status, retryAfter: headers.get('retry-after'), text, replayed, took };
}

export interface Write {
  /** Distinguishes the record from all others; it is its `app_product`. */
  readonly mark: string;
  readonly kind?: Kind;
  readonly key?: string;
}

/** Adds a record. */
export async function post(url: string, { mark, kind = patientInstallations, key }: Write): Promise<Seen> {
  return ask(url, kind.collection(kind.ownerId), {
    method: 'POST',
    headers: {
      ...(await authorisation(kind)),
      'Content-Type': 'application/json',
      ...(key === undefined ? {} : { 'Idempotency-Key': `"${key}"` }),
    },
    body: JSON.stringify({ ...kind.body, app_product: mark }),
  });
}

/** Changes a record. */
export async function patch(url: string, id: string, body: object, kind = patientInstallations): Promise<Seen> {
  return ask(url, `${kind.collection(kind.ownerId)}/${id}`, {
    method: 'PATCH',
    headers: { ...(await authorisation(kind)), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Reads a record, or the latest one. */
export async function get(url: string, id: string | undefined, kind = patientInstallations): Promise<Seen> {
  const path = id === undefined ? kind.latest?.(kind.ownerId) : `${kind.collection(kind.ownerId)}/${id}`;
  return ask(url, path ?? '', { headers: await authorisation(kind) });
}

const tokens = new Map<Kind, Promise<string>>();

async function authorisation(kind: Kind): Promise<{ readonly Authorization: string }> {
  const token = tokens.get(kind) ?? kind.tokenFor(kind.ownerId);
  tokens.set(kind, token);
  return { Authorization: `Bearer ${await token}` };
}

export function idOf({ text }: Seen): string {
  return (JSON.parse(text) as { readonly uuid: string }).uuid;
}

export function isSuccess({ status }: Seen): boolean {
  return status === 200 || status === 201;
}

/** The one honest answer to a request that could not be served. */
export function expectRefusal(seen: Seen): void {
  expect(seen).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) });
  expect(seen.took).toBeLessThan(ANSWERED);
}
