import { SignJWT } from 'jose';

export const HS_KEY = 'key-of-the-tests-and-of-nothing-else-0123456789';
export const ISSUER = 'http://issuer.test/';

export interface TokenOptions {
  readonly scope?: string;
  readonly metadata?: unknown;
  /** Seconds from now. */
  readonly expiresIn?: number;
}

/** A token of the internal issuer. */
export async function tokenFor({ scope, metadata, expiresIn = 3600 }: TokenOptions): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope, metadata })
    .setProtectedHeader({ alg: 'HS512' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(new TextEncoder().encode(HS_KEY));
}

const OWN = 'read:gdm_telemetry write:gdm_telemetry';

export const patientToken = (id: string) => tokenFor({ scope: OWN, metadata: { patient_id: id } });
export const clinicianToken = (id: string) => tokenFor({ scope: OWN, metadata: { clinician_id: id } });
export const readAllToken = () => tokenFor({ scope: 'read:gdm_telemetry_all', metadata: { system_id: 'reader' } });
export const systemToken = () => tokenFor({ scope: '', metadata: { system_id: 'seeder' } });
