import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseSettings, DatabaseSettingsError, type SslMode } from './settings.js';

/** Which certificates a connection trusts. */
export type Roots =
  | { readonly kind: 'none' }
  | { readonly kind: 'system' }
  | { readonly kind: 'file'; readonly pem: string };

/** @throws DatabaseSettingsError if root certificates are needed but missing or unreadable */
export function rootCertificates(mode: SslMode, setting: string | undefined): Roots {
  if (setting === 'system') {
    // libpq's own rule: the whole web's certificates vouch for anyone, so the name must be checked.
    if (mode !== 'verify-full') {
      throw new DatabaseSettingsError(`PGSSLROOTCERT=system needs PGSSLMODE=verify-full, not ${mode}`);
    }
    return { kind: 'system' };
  }
  const file = setting || inHome('root.crt');
  const pem = file && readIfThere(file, 'PGSSLROOTCERT');
  if (pem) {
    requireCertificate(pem, file, 'PGSSLROOTCERT');
    return { kind: 'file', pem };
  }
  if (mode === 'verify-ca' || mode === 'verify-full') {
    const missing = file ? `${file} does not exist` : 'this user has no home folder';
    throw new DatabaseSettingsError(
      `PGSSLMODE=${mode} needs root certificates, and ${missing}: name a file by PGSSLROOTCERT`,
    );
  }
  return { kind: 'none' };
}

/** What this client presents to a server that asks for a certificate. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/**
 * The client certificate and its key, if there is a certificate.
 *
 * @throws DatabaseSettingsError if one of them is missing, they do not match, or others may read the key
 */
export function clientIdentity(settings: DatabaseSettings): Identity | undefined {
  const certificateFile = settings.sslCertificate || inHome('postgresql.crt');
  const cert = certificateFile && readIfThere(certificateFile, 'PGSSLCERT');
  if (!cert) return undefined;
  requireCertificate(cert, certificateFile, 'PGSSLCERT');
  const keyFile = settings.sslKey || inHome('postgresql.key');
  const pem = keyFile && readIfThere(keyFile, 'PGSSLKEY');
  if (!pem) {
    throw new DatabaseSettingsError(
      `the client certificate ${certificateFile} needs its private key, and ${keyFile ?? 'a home folder'} does not exist: name a file with PGSSLKEY`,
    );
  }
  requirePrivate(keyFile);
  requirePair(cert, pem, keyFile);
  return { cert, key: pem };
}

/** Where libpq looks for files by default; undefined for a user without a home (a container's random user id). */
function inHome(name: string): string | undefined {
  try {
    return join(homedir(), '.postgresql', name);
  } catch {
    return undefined;
  }
}

function readIfThere(file: string, setting: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // Nothing is wrong with the file.
    if (code === 'EMFILE' || code === 'ENFILE') throw error;
    throw new DatabaseSettingsError(
      `${file} cannot be read (${code}): repair it, or name another file with ${setting}`,
    );
  }
}

function requireCertificate(pem: string, file: string, setting: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    // Node would read a file without certificates as "trust no one", and fail much later with a puzzling message.
    throw new DatabaseSettingsError(`${file} (${setting}) holds no certificate in PEM form`);
  }
}

/** libpq's rule: only its owner may read a private key; if that is root, who mounts secrets, a group may read it too. */
function requirePrivate(file: string): void {
  // Windows has no such rights, and libpq does not check there either.
  if (process.platform === 'win32') return;
  const { mode, uid } = statSync(file);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) === 0) return;
  throw new DatabaseSettingsError(
    `${file} (PGSSLKEY) may be read by others: allow its owner alone (0600), or root and one group (0640)`,
  );
}

function requirePair(cert: string, pem: string, keyFile: string): void {
  let fits: boolean;
  try {
    fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(pem));
  } catch {
    throw new DatabaseSettingsError(`${keyFile} (PGSSLKEY) holds no private key in PEM form without a passphrase`);
  }
  if (!fits)
    throw new DatabaseSettingsError(`${keyFile} (PGSSLKEY) is not the key of the client certificate (PGSSLCERT)`);
}
