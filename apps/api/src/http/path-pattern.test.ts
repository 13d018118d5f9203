import { expect, test } from 'vitest';
import { PathPattern } from './path-pattern.js';

const pattern = new PathPattern('/v1/patient/{patient_id}/installation/{installation_id}');

test.each([
  ['/v1/patient/p/installation/i', 'p', 'i'],
  ['/v1/patient/a%20b/installation/%C3%A9', 'a b', 'é'],
  ['/v1/patient//installation/', '', ''],
  ['/v1/patient/%zz/installation/%ff', undefined, undefined],
])('the parameters of %s', (path, patient, installation) => {
  expect(pattern.parameterOf(path, 'patient_id')).toBe(patient);
  expect(pattern.parameterOf(path, 'installation_id')).toBe(installation);
});

test('a parameter that the pattern does not have is a mistake of ours', () => {
  expect(() => pattern.parameterOf('/v1/patient/p/installation/i', 'clinician_id')).toThrow(/no parameter/);
});
