import { createHmac, randomBytes } from 'node:crypto';
import type { Kind } from './kinds.ts';

/** The one issuer of a run, as settings of the service: every contestant starts with them. */
export const ISSUER = { HS_KEY: randomBytes(48).toString('base64url'), PROXY_URL: 'http://127.0.0.1' } as const;

const HEADER = Buffer.from('{"alg":"HS512","typ":"JWT"}').toString('base64url');
const LIFETIME_SECONDS = 24 * 3600;
const SCOPE = 'read:gdm_telemetry write:gdm_telemetry';
const STAFF_SCOPE = [
  'read:gdm_telemetry_all',
  'read:gdm_telemetry_fleet',
  'export:gdm_telemetry_all',
  'erase:gdm_telemetry_all',
].join(' ');

/** A token as the platform's login service signs it. Another `serial` gives another token for the same owner. */
export function signToken(kind: Kind, owner: string, serial = 0, key: string = ISSUER.HS_KEY): string {
  return sign(SCOPE, { [kind.ownerField]: owner }, serial, key);
}

/** A token for a member of staff, who may look at everyone's records, export them and erase people. */
export function signStaffToken(): string {
  return sign(STAFF_SCOPE, { clinician_id: 'member-of-staff' }, 0, ISSUER.HS_KEY);
}

function sign(scope: string, metadata: object, serial: number, key: string): string {
  const audience = `${ISSUER.PROXY_URL}/`;
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + LIFETIME_SECONDS;
  const claims = { iss: audience, aud: audience, iat, exp, jti: `${serial}`, scope, metadata };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createHmac('sha512', key).update(signed).digest('base64url')}`;
}
