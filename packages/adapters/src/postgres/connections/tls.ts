import type { ConnectionOptions } from 'node:tls';
import type { DatabaseSettings, SslMode } from './settings.js';
import { clientIdentity, type Roots, rootCertificates } from './tls-files.js';

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
 * A server that asks for a client certificate is shown the one that there is. Over a Unix socket there is no TLS,
 * whatever the mode.
 *
 * @throws DatabaseSettingsError when a file is needed and missing, or cannot be used
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
