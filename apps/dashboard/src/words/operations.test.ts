import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operationName } from './operations.js';

const CLIENT = new URL('../../../../packages/client/src/generated/operations.ts', import.meta.url);

test('every operation that the access log may name has a name for people', () => {
  const paths = [...readFileSync(CLIENT, 'utf8').matchAll(/path: "(\/dhos\/v1\/[^"]+)"/g)].map(([, path = '']) => path);
  const kept = [...new Set(paths)].filter((path) => !path.includes('/reports/'));
  expect(kept.length).toBeGreaterThan(15);
  expect(kept.filter((path) => operationName(`GET ${path}`, 200) === `GET ${path}`)).toEqual([]);
  expect(operationName('GET /dhos/v1/patient/{patient_id}/latest_installation', 200)).toBe('latest installation');
});

test('an erasure and the count before it have one operation, and two names', () => {
  const operation = 'POST /dhos/v1/telemetry/erasures';
  expect([200, 201].map((status) => operationName(operation, status))).toEqual([
    'what an erasure would erase',
    'erasure',
  ]);
});
