import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatabaseSettings } from './settings.js';
import { tlsAttempts } from './tls.js';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/tls');
const PEM = readFileSync(join(FIXTURES, 'ca.crt'), 'utf8');

describe('tlsAttempts', () => {
  let home: string;
  let file: string;

  beforeEach(() => {
    home = mkdtempSync(join(os.tmpdir(), 'polaris-home-'));
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
    expect(() => attempts({ sslMode: 'require', sslRootCertificate: home })).toThrow(/EISDIR.*PGSSLROOTCERT/);
    writeFileSync(file, 'no certificate');
    expect(() => attempts({ sslMode: 'require', sslRootCertificate: file })).toThrow(/holds no certificate/);
    expect(() => attempts({ sslMode: 'require', sslRootCertificate: 'system' })).toThrow(/needs PGSSLMODE=verify-full/);
  });

  describe('with a client certificate', () => {
    let cert: string;
    let key: string;

    beforeEach(() => {
      mkdirSync(join(home, '.postgresql'));
      cert = join(home, '.postgresql', 'postgresql.crt');
      key = join(home, '.postgresql', 'postgresql.key');
      copyFileSync(join(FIXTURES, 'server.crt'), cert);
      copyFileSync(join(FIXTURES, 'server.key'), key);
      chmodSync(key, 0o600);
    });

    function shown(given: Partial<DatabaseSettings> = {}) {
      return tlsAttempts({ host: 'db', port: 1, user: 'u', password: 'p', database: 'd', ...given }).map(
        (tls) => tls !== false && tls.cert !== undefined && tls.key !== undefined,
      );
    }

    it('shows it over TLS, whether named or in the home folder', () => {
      expect(shown()).toEqual([true, false]);
      expect(shown({ sslMode: 'require' })).toEqual([true]);
      const named = { sslCertificate: cert, sslKey: key };
      vi.stubEnv('HOME', '/nowhere');
      expect(shown(named)).toEqual([true, false]);
      expect(shown()).toEqual([false, false]);
    });

    it('refuses a key that is missing, of another certificate, not a key, or readable by anyone', () => {
      chmodSync(key, 0o644);
      expect(() => shown()).toThrow(/postgresql\.key \(PGSSLKEY\) may be read by others/);
      // A group may read only root's files.
      chmodSync(key, 0o640);
      if (process.getuid?.() === 0) expect(shown()).toEqual([true, false]);
      else expect(() => shown()).toThrow(/may be read by others/);
      chmodSync(key, 0o600);
      expect(() => shown({ sslCertificate: join(FIXTURES, 'ca.crt') })).toThrow(/is not the key of.*PGSSLCERT/);
      writeFileSync(key, 'no key');
      expect(() => shown()).toThrow(/PGSSLKEY\) holds no private key/);
      rmSync(key);
      expect(() => shown()).toThrow(/needs its private key, .*does not exist.*PGSSLKEY/);
      writeFileSync(cert, 'no certificate');
      expect(() => shown()).toThrow(/PGSSLCERT\) holds no certificate/);
    });
  });

  it('looks for no file in the home of a user who has none', () => {
    vi.spyOn(os, 'homedir').mockImplementation(() => {
      throw new Error('uv_os_homedir returned ENOENT');
    });
    syncBuiltinESMExports();
    try {
      expect(attempts({})).toEqual(['TLS trusting anybody', 'plain']);
      expect(() => attempts({ sslMode: 'verify-full' })).toThrow(/this user has no home folder.*PGSSLROOTCERT/);
      expect(attempts({ sslMode: 'verify-full', sslRootCertificate: file })).toEqual(['TLS trusting the file']);
    } finally {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
    }
  });
});
