import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('token.ts', import.meta.url));

function token(...args: string[]) {
  return spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ENVIRONMENT: 'DEVELOPMENT' },
  });
}

describe('npm run token', () => {
  test('makes a token of staff by one flag', () => {
    const { metadata, scope } = decodeJwt(token('--staff', 's1').stdout.trim());
    expect(metadata).toEqual({ clinician_id: 's1' });
    expect(String(scope).split(' ').toSorted()).toEqual([
      'erase:gdm_telemetry_all',
      'export:gdm_telemetry_all',
      'read:gdm_telemetry_all',
      'read:gdm_telemetry_fleet',
      'read:gdm_telemetry_reports',
    ]);
  });

  test('takes scopes that the service knows', () => {
    const scopes = token('--patient', 'p1', '--scope', 'read:gdm_telemetry,write:gdm_telemetry').stdout.trim();
    expect(decodeJwt(scopes)).toMatchObject({ scope: 'read:gdm_telemetry write:gdm_telemetry' });
  });

  test.each([
    [[], 'Say whom the token is for'],
    [['--patient', 'p', '--clinician', 'c'], 'not for --patient and --clinician'],
    [['--patient', ''], '--patient wants an id'],
    [['--patient', 'p', '--scope', 'read:gdm_telemtry'], 'no scope "read:gdm_telemtry"'],
    [['--patient', 'p', '--expires', '3 moons'], '--expires takes'],
    [['--pateint', 'p'], "'--pateint'"],
  ])('refuses %j, and says how it is used', (args, reason) => {
    const { status, stdout, stderr } = token(...args);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('Usage: npm run token -- --patient ID');
    expect([status, stdout]).toEqual([2, '']);
  });
});
