import { describe, expect, test } from 'vitest';
import { ownerPolicy } from './owner-policy.js';
import { Forbidden } from './policy.js';
import { type Principal, readClaims, readScopes } from './principal.js';

const SCOPE = 'write:records';
const EVERY = 'write:records_all';

function principal(metadata: unknown, scope: unknown = '', trusted = false): Principal {
  return { claims: readClaims(metadata), scopes: readScopes(scope), trusted };
}

const pathOf = (id: string | undefined) => ({ parameter: () => id });

describe.each(['patient_id', 'clinician_id'] as const)('records of a %s', (claim) => {
  const policy = ownerPolicy(claim, SCOPE, EVERY);
  const ownOnly = ownerPolicy(claim, SCOPE);
  const otherClaim = claim === 'patient_id' ? 'clinician_id' : 'patient_id';

  test.each<[string, unknown, string]>([
    ['the owner', { [claim]: 'me' }, SCOPE],
    ['one of several', { [claim]: ['other', 'me'] }, SCOPE],
    ['among other scopes', { [claim]: 'me' }, `x ${SCOPE}  y`],
  ])('may: %s', (_case, metadata, scopes) => {
    for (const each of [policy, ownOnly]) {
      expect(each.authorise(principal(metadata, scopes), pathOf('me'))).toEqual({ ownerId: 'me', actor: 'me' });
    }
  });

  test.each<[string, unknown, unknown]>([
    ['another owner', { [claim]: 'you' }, SCOPE],
    ['longer', { [claim]: 'me ' }, SCOPE],
    ['other case', { [claim]: 'ME' }, SCOPE],
    ['none of several', { [claim]: ['you', 'meme'] }, SCOPE],
    ['empty list', { [claim]: [] }, SCOPE],
    ['nested list', { [claim]: [['me']] }, SCOPE],
    ['list with something else in it', { [claim]: ['me', 1] }, SCOPE],
    ['object', { [claim]: { me: 'me' } }, SCOPE],
    ['the id as another kind of owner', { [otherClaim]: 'me' }, SCOPE],
    ['no claim', {}, SCOPE],
    ['no metadata', undefined, SCOPE],
    ['metadata that is a list', ['me'], SCOPE],
    ['metadata that is a string', 'me', SCOPE],
    ['inherited claim', Object.create({ [claim]: 'me' }), SCOPE],
    ['claim in __proto__', JSON.parse(`{"__proto__":{"${claim}":"me"}}`), SCOPE],
    ['no scope', { [claim]: 'me' }, ''],
    ['other scope', { [claim]: 'me' }, 'read:records'],
    ['scope in other case', { [claim]: 'me' }, SCOPE.toUpperCase()],
    ['scope split at a tab', { [claim]: 'me' }, `x\t${SCOPE}`],
    ['scope split at a comma', { [claim]: 'me' }, `x,${SCOPE}`],
    ['list of scopes', { [claim]: 'me' }, [SCOPE]],
    ['object of scopes', { [claim]: 'me' }, { [SCOPE]: true }],
  ])('may not: %s', (_case, metadata, scopes) => {
    expect(policy.authorise(principal(metadata, scopes), pathOf('me'))).toBeInstanceOf(Forbidden);
  });

  test('the scope for every owner serves for any, where the policy has one', () => {
    const staff = principal({ device_id: 'tool' }, EVERY);
    expect(policy.authorise(staff, pathOf('anybody'))).toEqual({ ownerId: 'anybody', actor: 'tool', staff: 'tool' });
    expect(ownOnly.authorise(principal({ [claim]: 'me' }, EVERY), pathOf('me'))).toBeInstanceOf(Forbidden);
  });

  test('a path that cannot be decoded names no one', () => {
    expect(policy.authorise(principal({ [claim]: 'undefined' }, SCOPE), pathOf(undefined))).toBeInstanceOf(Forbidden);
  });

  test('a trusted principal needs neither scope nor owner', () => {
    const granted = { ownerId: 'anybody', actor: 'unknown' };
    expect(ownOnly.authorise(principal({}, '', true), pathOf('anybody'))).toEqual(granted);
  });

  test('a missing scope is named in the challenge, a wrong owner is not', () => {
    const message = `The access token lacks the scope ${SCOPE}.`;
    expect(policy.authorise(principal({ [claim]: 'me' }), pathOf('me'))).toEqual(
      new Forbidden(message, `Bearer error="insufficient_scope", error_description="${message}", scope="${SCOPE}"`),
    );
    const wrongOwner = policy.authorise(principal({ [claim]: 'me' }, SCOPE), pathOf('you'));
    expect(wrongOwner).toMatchObject({ challenge: undefined });
  });
});
