import { describe, expect, test } from 'vitest';
import { Forbidden } from './policy.js';
import { type Principal, readClaims, readScopes } from './principal.js';
import { staffPolicy } from './staff-policy.js';

const NARROW = 'read:reports';
const WIDE = 'read:everything';
const policy = staffPolicy([NARROW, WIDE]);

function decide(metadata: unknown, scope: unknown = NARROW, trusted = false) {
  const principal: Principal = { claims: readClaims(metadata), scopes: readScopes(scope), trusted };
  return policy.authorise(principal, { parameter: () => undefined });
}

test.each<[string, unknown, string]>([
  ['a clinician', { clinician_id: 'c' }, 'c'],
  ['a system', { system_id: 's' }, 's'],
  ['the clinician before the system and the device', { device_id: 'd', system_id: 's', clinician_id: 'c' }, 'c'],
  ['the system before the device', { device_id: 'd', system_id: 's' }, 's'],
  ['the first of several clinicians', { clinician_id: ['a', 'b'] }, 'a'],
  ['the first who has a name', { clinician_id: ['', '\u0000', 'b'], system_id: 's' }, 'b'],
  ['a caller without a patient_id: null is none', { patient_id: null, system_id: 's' }, 's'],
])('lets in %s', (_case, metadata, actor) => {
  for (const scope of [NARROW, WIDE, `x ${NARROW}`]) expect(decide(metadata, scope)).toMatchObject({ actor });
});

test('any scope that serves will do, and the grant says which there are', () => {
  const grant = decide({ system_id: 's' }, WIDE);
  if (grant instanceof Forbidden) throw new Error(grant.message);
  expect([grant.hasScope(WIDE), grant.hasScope(NARROW)]).toEqual([true, false]);
});

describe('keeps out', () => {
  test.each<[string, unknown]>([
    ['a patient', { patient_id: 'p' }],
    ['a patient who is a clinician too', { patient_id: 'p', clinician_id: 'c' }],
    ['a patient who is a system too', { patient_id: ['p'], system_id: 's' }],
    ['a patient without a name', { patient_id: '', system_id: 's' }],
    ['an empty list of patients', { patient_id: [], system_id: 's' }],
    ['a patient with a number for a name', { patient_id: 5, system_id: 's' }],
    ['a patient in a list with something else in it', { patient_id: ['p', 1], system_id: 's' }],
    ['a device', { device_id: 'd' }],
    ['no one', {}],
    ['no metadata', undefined],
    ['metadata that is a list', ['c']],
    ['an empty clinician', { clinician_id: '' }],
    ['empty lists and ids', { clinician_id: [], system_id: [''] }],
    ['a system with a number for a name', { system_id: 5 }],
    ['names that cannot be kept', { clinician_id: '\u0000', system_id: ['\ud800'] }],
  ])('%s', (_case, metadata) => {
    expect(decide(metadata)).toMatchObject({ challenge: undefined });
    expect(decide(metadata)).toBeInstanceOf(Forbidden);
  });

  test.each(['', 'read:gdm_telemetry_all', NARROW.toUpperCase(), `x,${NARROW}`])(
    'staff with the scope %j, naming the one that is missing',
    (scope) => {
      expect(decide({ clinician_id: 'c' }, scope)).toEqual(Forbidden.lacking(NARROW));
    },
  );
});

test('a trusted principal needs neither scope nor staff, and has every scope', () => {
  const grant = decide({ patient_id: 'p' }, '', true);
  if (grant instanceof Forbidden) throw new Error(grant.message);
  expect(grant).toMatchObject({ actor: 'p' });
  expect(grant.hasScope(WIDE)).toBe(true);
});
