import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { DatabaseSettings, SslMode } from './settings.js';

/** Settings of the database that cannot be used: one line that names the setting. */
export class DatabaseSettingsError extends Error {
  override readonly name = 'DatabaseSettingsError';
}

/** pg's `ssl` option: false for a plain connection. */
export type Tls = false | ConnectionOptions;

/**
 * The ways to connect that libpq would try for these settings, in its order. pg gives the modes other meanings (its
 * `require` verifies, it has no `prefer`), but the users of the service it replaces have set them as libpq reads them:
 *
 * - `disable`: plain only.
 * - `prefer`: TLS, verified against the root certificates only if there are any; plain where TLS does not come about.
 * - `require`: TLS only, verified as `verify-ca` does if there are root certificates.
 * - `verify-ca`: TLS only, by a certificate that the root certificates vouch for, whatever host it names.
 * - `verify-full`: as `verify-ca`, and the certificate names this host.
 *
 * Over a Unix socket there is no TLS, whatever the mode.
 *
 * @throws DatabaseSettingsError when the root certificates are needed and missing, or cannot be read
 */
export function tlsAttempts(settings: DatabaseSettings): readonly [Tls, ...Tls[]] {
  const mode = settings.sslMode ?? 'prefer';
  if (mode === 'disable' || settings.host.startsWith('/')) return [false];
  const encrypted = encryption(mode, rootCertificates(mode, settings.sslRootCertificate));
  return mode === 'prefer' ? [encrypted, false] : [encrypted];
}

type Roots = { readonly kind: 'none' } | { readonly kind: 'system' } | { readonly kind: 'file'; readonly pem: string };

function rootCertificates(mode: SslMode, setting: string | undefined): Roots {
  if (setting === 'system') {
    // libpq's own rule: whoever is trusted by the whole web may be anybody, so the name must be checked.
    if (mode !== 'verify-full')
      throw new DatabaseSettingsError(`PGSSLROOTCERT=system needs PGSSLMODE=verify-full, not ${mode}`);
    return { kind: 'system' };
  }
  const file = setting || join(homedir(), '.postgresql', 'root.crt');
  if (existsSync(file)) return { kind: 'file', pem: readCertificates(file) };
  if (mode === 'verify-ca' || mode === 'verify-full') {
    throw new DatabaseSettingsError(
      `PGSSLMODE=${mode} needs root certificates, and ${file} does not exist: name a file by PGSSLROOTCERT`,
    );
  }
  return { kind: 'none' };
}

function readCertificates(file: string): string {
  const pem = readFileSync(file, 'utf8');
  // Node would take a file without a certificate for "trust nobody" and fail much later with a puzzling message.
  if (!pem.includes('-----BEGIN '))
    throw new DatabaseSettingsError(`${file} (PGSSLROOTCERT) holds no certificate in PEM form`);
  return pem;
}

function encryption(mode: SslMode, roots: Roots): ConnectionOptions {
  if (roots.kind === 'none') return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(roots.kind === 'file' ? { ca: roots.pem } : {}),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}
