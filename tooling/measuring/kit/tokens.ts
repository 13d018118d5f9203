import { createHmac, randomBytes } from 'node:crypto';
import type { Kind } from './kinds.ts';

/** The one issuer of a run: every contestant is started with its key. */
export interface Issuer {
  readonly key: string;
  readonly proxyUrl: string;
}

const HEADER = Buffer.from('{"alg":"HS512","typ":"JWT"}').toString('base64url');
const LIFETIME_SECONDS = 24 * 3600;
const SCOPE = 'read:gdm_telemetry write:gdm_telemetry';
const STAFF_SCOPE = [
  'read:gdm_telemetry_all',
  'read:gdm_telemetry_fleet',
  'export:gdm_telemetry_all',
  'erase:gdm_telemetry_all',
].join(' ');

export function newIssuer(): Issuer {
  return { key: randomBytes(48).toString('base64url'), proxyUrl: 'http://127.0.0.1' };
}

/** A token as the platform's login service signs it. Another `serial` gives another token for the same owner. */
export function signToken(issuer: Issuer, kind: Kind, owner: string, serial = 0): string {
  return sign(issuer, SCOPE, { [kind.ownerField]: owner }, serial);
}

/** A token for somebody of staff, who may look at everyone's records, export them and erase people. */
export function signStaffToken(issuer: Issuer): string {
  return sign(issuer, STAFF_SCOPE, { clinician_id: 'member-of-staff' }, 0);
}

function sign(issuer: Issuer, scope: string, metadata: object, serial: number): string {
  const audience = `${issuer.proxyUrl}/`;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: audience,
    aud: audience,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    jti: `${serial}`,
    scope,
    metadata,
  };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createHmac('sha512', issuer.key).update(signed).digest('base64url')}`;
}
