import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatabaseSettings } from './settings.js';
import { tlsAttempts } from './tls.js';

const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';

describe('tlsAttempts', () => {
  let home: string;
  let file: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'polaris-home-'));
    vi.stubEnv('HOME', home);
    file = join(home, 'roots.pem');
    writeFileSync(file, PEM);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true });
  });

  function attempts(given: Partial<DatabaseSettings>) {
    return tlsAttempts({ host: 'db', port: 1, user: 'u', password: 'p', database: 'd', ...given }).map((tls) => {
      if (tls === false) return 'plain';
      const trust = tls.rejectUnauthorized === false ? 'anybody' : tls.ca === PEM ? 'the file' : 'the system';
      return `TLS trusting ${trust}${tls.checkServerIdentity === undefined ? '' : ' whatever its name'}`;
    });
  }

  it.each<[Partial<DatabaseSettings>, string[]]>([
    [{}, ['TLS trusting anybody', 'plain']],
    [{ sslMode: 'disable' }, ['plain']],
    [{ sslMode: 'prefer' }, ['TLS trusting anybody', 'plain']],
    [{ sslMode: 'require' }, ['TLS trusting anybody']],
    [{ sslMode: 'require', sslRootCertificate: '' }, ['TLS trusting anybody']],
    [{ sslMode: 'require', sslRootCertificate: '/nowhere/root.crt' }, ['TLS trusting anybody']],
    [{ sslMode: 'verify-full', sslRootCertificate: 'system' }, ['TLS trusting the system']],
    [{ sslMode: 'verify-full', host: '/var/run/postgresql' }, ['plain']],
  ])('without root certificates reads %j as libpq does', (given, expected) => {
    expect(attempts(given)).toEqual(expected);
  });

  it.each<[Partial<DatabaseSettings>, string[]]>([
    [{ sslMode: 'disable' }, ['plain']],
    [{ sslMode: 'prefer' }, ['TLS trusting the file whatever its name', 'plain']],
    [{ sslMode: 'require' }, ['TLS trusting the file whatever its name']],
    [{ sslMode: 'verify-ca' }, ['TLS trusting the file whatever its name']],
    [{ sslMode: 'verify-full' }, ['TLS trusting the file']],
  ])('with root certificates, named or in the home folder, reads %j as libpq does', (given, expected) => {
    expect(attempts({ ...given, sslRootCertificate: file })).toEqual(expected);
    mkdirSync(join(home, '.postgresql'));
    writeFileSync(join(home, '.postgresql', 'root.crt'), PEM);
    expect(attempts(given)).toEqual(expected);
  });

  it('refuses to verify against nothing', () => {
    expect(() => attempts({ sslMode: 'verify-ca' })).toThrow(
      /PGSSLMODE=verify-ca .*root\.crt does not exist.*PGSSLROOTCERT/,
    );
    expect(() => attempts({ sslMode: 'verify-full', sslRootCertificate: '/nowhere' })).toThrow(
      /\/nowhere does not exist/,
    );
    writeFileSync(file, 'no certificate');
    expect(() => attempts({ sslMode: 'require', sslRootCertificate: file })).toThrow(/holds no certificate/);
    expect(() => attempts({ sslMode: 'require', sslRootCertificate: 'system' })).toThrow(/needs PGSSLMODE=verify-full/);
  });
});
