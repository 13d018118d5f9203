import type { ConnectionOptions } from 'node:tls';
import type { DatabaseSettings, SslMode } from './settings.js';
import { clientIdentity, type Roots, rootCertificates } from './tls-files.js';

/** pg's `ssl` option: false for a plain connection. */
export type Tls = false | ConnectionOptions;

/**
 * Returns the ways to connect that libpq would try for these settings, in its order. pg reads the modes differently (its
 * `require` verifies, it has no `prefer`), but users of the service we replace have set them with libpq's meaning:
 *
 * - `disable`: plain only.
 * - `prefer`: TLS, verified against the root certificates only if there are any; plain if TLS cannot be established.
 * - `require`: TLS only, verified as `verify-ca` does if there are root certificates.
 * - `verify-ca`: TLS only, with a certificate that the root certificates vouch for, whatever host it names.
 * - `verify-full`: as `verify-ca`, and the certificate names this host.
 *
 * The client certificate, if there is one, is presented to a server that asks for it. A Unix socket never uses TLS,
 * whatever the mode.
 *
 * @throws DatabaseSettingsError if a file is needed but missing, or unusable
 */
export function tlsAttempts(settings: DatabaseSettings): readonly [Tls, ...Tls[]] {
  const mode = settings.sslMode ?? 'prefer';
  if (mode === 'disable' || settings.host.startsWith('/')) return [false];
  const encrypted = {
    ...trust(mode, rootCertificates(mode, settings.sslRootCertificate)),
    ...clientIdentity(settings),
  };
  return mode === 'prefer' ? [encrypted, false] : [encrypted];
}

function trust(mode: SslMode, roots: Roots): ConnectionOptions {
  if (roots.kind === 'none') return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(roots.kind === 'file' ? { ca: roots.pem } : {}),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}
