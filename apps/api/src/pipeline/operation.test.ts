import { expect, test } from 'vitest';
import { policies } from '../auth/policies.js';
import { Forbidden } from '../auth/policy.js';
import { NOBODY } from '../auth/principal.js';
import { json } from '../http/answer.js';
import { Exchange } from '../http/exchange.js';
import { PathPattern } from '../http/path-pattern.js';
import { Operation } from './operation.js';

const ANSWER = json(200, {});
const at = { method: 'get', path: '/x/{patient_id}' } as const;
const exchange = new Exchange({ method: 'GET', path: '/x/p' }, new PathPattern(at.path));

test('is never prepared when its policy forbids it', () => {
  const operation = Operation.of({
    ...at,
    policy: policies.patient.write,
    prepare: () => {
      throw new Error('reached past the policy');
    },
  });
  expect(operation.prepareFor(NOBODY, exchange).prepared).toBeInstanceOf(Forbidden);
});

test('is given what its policy grants', () => {
  const operation = Operation.of({
    ...at,
    policy: policies.patient.write,
    prepare: (_, { ownerId, actor }) => json(200, { ownerId, actor }),
  });
  const prepared = json(200, { ownerId: 'p', actor: 'unknown' });
  expect(operation.prepareFor({ ...NOBODY, trusted: true }, exchange)).toEqual({ staff: undefined, prepared });
});

test('does not compile without a policy, or with more trust than its policy grants', () => {
  const anyone = policies.public;
  const owner = policies.patient.write;
  const wantsOwner = (_: Exchange, grant: { ownerId: string }) => json(200, grant);
  // `npm run verify` compiles the tests: an expected error that does not occur is an error.
  const mistakes = [
    // @ts-expect-error there is no policy
    () => Operation.of({ ...at, prepare: () => ANSWER }),
    // @ts-expect-error this policy does not name an owner
    () => Operation.of({ ...at, policy: anyone, prepare: wantsOwner }),
    // @ts-expect-error this policy does not name the scopes
    () => Operation.of({ ...at, policy: owner, prepare: (_, { hasScope }) => hasScope }),
    // @ts-expect-error only Operation.of creates one
    (): Operation => ({ ...at, policy: anyone, doc: undefined, begin: () => ANSWER }),
  ];
  expect(mistakes).toHaveLength(4);
});
