import { expect, test } from 'vitest';
import { actorOf } from './actor.js';
import { readClaims } from './principal.js';

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
  const principal = { claims: readClaims(metadata), scopes: new Set<string>(), trusted: false };
  expect(actorOf(principal, 'path')).toBe(actor);
});
