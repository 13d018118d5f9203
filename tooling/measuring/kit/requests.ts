import { collectionPath, type Kind, latestPath, type Operation } from './kinds.ts';
import { ownerId, type Population, recordPath } from './population.ts';
import { signToken } from './tokens.ts';

/** What differs in a request's body each time it is sent: nothing, a serial number, or a time of day. */
export type Varying = 'nothing' | 'serial' | 'time';

/** Stands in a body where the varying part goes. */
const PLACEHOLDER = '{varying}';

export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly token: string;
  readonly varying: Varying;
  /** With the placeholder in it; undefined for a GET. */
  readonly body: string | undefined;
}

/** The versions that a run of PATCHes writes begin with this; the serial number follows. */
export const PATCHED_PREFIX = 'p';

/**
 * The requests of one operation, one for each record of the population, ordered so that neighbours are of different
 * owners: owner varies fastest.
 */
export function templatesFor(
  kind: Kind,
  operation: Operation,
  population: Population,
  ownerNames: readonly (number | string)[] = [...Array(population.owners).keys()],
): RequestTemplate[] {
  const tokens = ownerNames.map((owner) => signToken(kind, ownerId(owner)));
  const templates: RequestTemplate[] = [];
  for (let record = 0; record < population.recordsPerOwner; record += 1) {
    for (const [index, owner] of ownerNames.entries()) {
      templates.push(templateFor(kind, operation, owner, record, tokens[index] ?? ''));
    }
  }
  return templates;
}

function templateFor(
  kind: Kind,
  operation: Operation,
  owner: number | string,
  record: number,
  token: string,
): RequestTemplate {
  switch (operation) {
    case 'post': {
      // Each a little later than the one before, as real ones are, and all later than what is seeded.
      const body = { ...kind.fields, [kind.date.field]: `2021-06-01T${PLACEHOLDER}Z` };
      const path = collectionPath(kind, ownerId(owner));
      return { method: 'POST', path, token, varying: 'time', body: JSON.stringify(body) };
    }
    case 'patch': {
      // A new version each time: a PATCH that changes nothing is another operation.
      const body = JSON.stringify({ app_version: `${PATCHED_PREFIX}${PLACEHOLDER}` });
      return { method: 'PATCH', path: recordPath(kind, owner, record), token, varying: 'serial', body };
    }
    case 'get':
      return { method: 'GET', path: recordPath(kind, owner, record), token, varying: 'nothing', body: undefined };
    case 'latest':
      return { method: 'GET', path: latestPath(kind, ownerId(owner)), token, varying: 'nothing', body: undefined };
  }
}

/** The body to send as the nth request of a run. The length is always the same. */
export function bodyOf(template: RequestTemplate, n: number): string | undefined {
  return template.body?.replace(PLACEHOLDER, varyingPart(template.varying, n));
}

export function serialText(n: number): string {
  return String(n % 1_000_000_000).padStart(9, '0');
}

/** Must match `load.lua`. */
export function varyingPart(varying: Varying, n: number): string {
  if (varying === 'nothing') return '';
  if (varying === 'serial') return serialText(n);
  return new Date(n % 86_400_000).toISOString().slice(11, 23);
}

/** The pieces of a raw HTTP/1.1 request between which token and varying part are put. */
export function rawPieces(template: RequestTemplate): [toToken: string, toVarying: string, rest: string] {
  const toToken = `${template.method} ${template.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer `;
  if (template.body === undefined) return [toToken, '\r\n\r\n', ''];
  const length = Buffer.byteLength(bodyOf(template, 0) ?? '');
  const [before = '', after = ''] = template.body.split(PLACEHOLDER);
  const headers = `\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  return [toToken, headers + before, after];
}
