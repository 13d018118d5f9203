import { describe, expect, test } from 'vitest';
import { actorOf, authorise, authoriseSystem, type OwnerPolicy, policies } from './policies.js';
import { type Principal, readClaims, readScopes } from './principal.js';

const WRITE = 'write:gdm_telemetry';
const READ = 'read:gdm_telemetry';
const READ_ALL = 'read:gdm_telemetry_all';

function principal(metadata: unknown, scope: unknown = '', trusted = false): Principal {
  return { claims: readClaims(metadata), scopes: readScopes(scope), trusted };
}

const reads: [string, OwnerPolicy, string][] = [
  ['patient installation', policies.patient.readInstallation, 'patient_id'],
  ['clinician installation', policies.clinician.readInstallation, 'clinician_id'],
  ['meter', policies.patient.readMeter, 'patient_id'],
];
const writes: [string, OwnerPolicy, string][] = [
  ['patient', policies.patient.write, 'patient_id'],
  ['clinician', policies.clinician.write, 'clinician_id'],
];

describe.each([...reads.map((row) => [...row, READ] as const), ...writes.map((row) => [...row, WRITE] as const)])(
  'one’s own: %s',
  (_name, policy, claim, scope) => {
    test.each<[string, unknown, string]>([
      ['the owner', { [claim]: 'me' }, scope],
      ['one of several', { [claim]: ['other', 'me'] }, scope],
      ['among other scopes', { [claim]: 'me' }, `x ${scope}  y`],
    ])('may: %s', (_case, metadata, scopes) => {
      expect(authorise(policy, principal(metadata, scopes), 'me')).toEqual({ ok: true, ownerId: 'me', actor: 'me' });
    });

    const otherClaim = claim === 'patient_id' ? 'clinician_id' : 'patient_id';
    test.each<[string, unknown, unknown]>([
      ['another owner', { [claim]: 'you' }, scope],
      ['longer', { [claim]: 'me ' }, scope],
      ['other case', { [claim]: 'ME' }, scope],
      ['none of several', { [claim]: ['you', 'meme'] }, scope],
      ['empty list', { [claim]: [] }, scope],
      ['nested list', { [claim]: [['me']] }, scope],
      ['list with something else in it', { [claim]: ['me', 1] }, scope],
      ['object', { [claim]: { me: 'me' } }, scope],
      ['the id as another kind of owner', { [otherClaim]: 'me' }, scope],
      ['no claim', {}, scope],
      ['no metadata', undefined, scope],
      ['metadata that is a list', ['me'], scope],
      ['metadata that is a string', 'me', scope],
      ['inherited claim', Object.create({ [claim]: 'me' }), scope],
      ['claim in __proto__', JSON.parse(`{"__proto__":{"${claim}":"me"}}`), scope],
      ['no scope', { [claim]: 'me' }, ''],
      ['other scope', { [claim]: 'me' }, scope === READ ? WRITE : READ],
      ['scope in other case', { [claim]: 'me' }, scope.toUpperCase()],
      ['scope split at a tab', { [claim]: 'me' }, `x\t${scope}`],
      ['scope split at a comma', { [claim]: 'me' }, `x,${scope}`],
      ['list of scopes', { [claim]: 'me' }, [scope]],
      ['object of scopes', { [claim]: 'me' }, { [scope]: true }],
    ])('may not: %s', (_case, metadata, scopes) => {
      expect(authorise(policy, principal(metadata, scopes), 'me')).toMatchObject({ ok: false });
    });
  },
);

test.each(reads)('whoever may read all may read any %s', (_name, policy) => {
  const staff = principal({ clinician_id: 'staff' }, READ_ALL);
  expect(authorise(policy, staff, 'anybody')).toEqual({ ok: true, ownerId: 'anybody', actor: 'staff' });
});

test.each(writes)('whoever may read all may not write as a %s', (_name, policy, claim) => {
  expect(authorise(policy, principal({ [claim]: 'me' }, READ_ALL), 'me')).toMatchObject({ ok: false });
});

test('a trusted principal needs neither scope nor owner', () => {
  expect(authorise(policies.patient.write, principal({}, '', true), 'anybody')).toEqual({
    ok: true,
    ownerId: 'anybody',
    actor: 'unknown',
  });
});

test('a missing scope is named in the challenge, a wrong owner is not', () => {
  const { write } = policies.patient;
  expect(authorise(write, principal({ patient_id: 'me' }), 'me')).toEqual({
    ok: false,
    message: 'The access token lacks the scope write:gdm_telemetry.',
    challenge:
      'Bearer error="insufficient_scope", error_description="The access token lacks the scope write:gdm_telemetry.", scope="write:gdm_telemetry"',
  });
  expect(authorise(write, principal({ patient_id: 'me' }, WRITE), 'you')).not.toHaveProperty('challenge');
});

describe('dropping data', () => {
  test('a system may', () => {
    expect(authoriseSystem(principal({ system_id: 'seeder' }))).toEqual({ ok: true });
  });

  test.each([undefined, {}, { system_id: '' }, { system_id: ['seeder'] }, { system_id: 1 }, { patient_id: 'x' }])(
    '%j may not',
    (metadata) => {
      expect(authoriseSystem(principal(metadata))).toMatchObject({ ok: false });
      expect(authoriseSystem(principal(metadata, READ_ALL, true))).toMatchObject({ ok: false });
    },
  );
});

describe('the actor', () => {
  test.each<[string, unknown, string]>([
    ['patient first', { system_id: 's', clinician_id: 'c', device_id: 'd', patient_id: 'p' }, 'p'],
    ['then device', { system_id: 's', clinician_id: 'c', device_id: 'd' }, 'd'],
    ['then clinician', { system_id: 's', clinician_id: 'c' }, 'c'],
    ['then system', { system_id: 's' }, 's'],
    ['else unknown', { other: 'x' }, 'unknown'],
    ['the id of the path out of a list', { patient_id: ['a', 'path', 'b'] }, 'path'],
    ['the first of a list without it', { patient_id: ['a', 'b'] }, 'a'],
    ['the next claim after an empty list', { patient_id: [], device_id: 'd' }, 'd'],
    ['the next claim after a number', { patient_id: 1, device_id: 'd' }, 'd'],
    ['the next claim after an object', { patient_id: {}, device_id: 'd' }, 'd'],
    ['the next claim after null', { patient_id: null, device_id: 'd' }, 'd'],
    ['the next claim after a mixed list', { patient_id: ['a', 1], device_id: 'd' }, 'd'],
    ['the next claim after NUL, which cannot be stored', { patient_id: 'a\0', device_id: 'd' }, 'd'],
    ['the next claim after a lone surrogate', { patient_id: '\ud800', device_id: 'd' }, 'd'],
    ['an empty string, which is a string', { patient_id: '', device_id: 'd' }, ''],
    ['any Unicode', { patient_id: '👩‍⚕️' }, '👩‍⚕️'],
  ])('%s', (_case, metadata, actor) => {
    expect(actorOf(principal(metadata), 'path')).toBe(actor);
  });
});
