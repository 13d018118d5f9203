import { describe, expect, it } from 'vitest';
import { DuplicateIdError, NotFoundError } from '../src/index.js';
import { ContractViolation, equal, expectEqual, expectRejection } from './contract-case.js';

describe('expectEqual', () => {
  it.each([
    [1, 2, 'what: expected 2, got 1'],
    [0, -0, 'what: expected -0, got 0'],
    [undefined, { a: 1 }, 'what: expected {"a":1}, got undefined'],
    [{ a: { b: 'x' }, c: 1 }, { a: { b: 'y' }, c: 1 }, 'what.a.b: expected "y", got "x"'],
    [{ a: 1 }, { a: 1, b: 2 }, 'what.b: expected 2, but there is none'],
    [{ a: 1, b: 2 }, { a: 1 }, 'what.b: expected none, got 2'],
    [{ a: undefined }, {}, 'what.a: expected none, got undefined'],
    [[1, undefined], [1], 'what.1: expected none, got undefined'],
    [[], {}, 'what: expected {}, got []'],
    [null, {}, 'what: expected {}, got null'],
    ['x'.repeat(300), 'y', `what: expected "y", got "${'x'.repeat(199)}… (302 characters)`],
    ['x'.repeat(198), 'y', `what: expected "y", got "${'x'.repeat(198)}"`],
  ])('says where %j and %j differ first', (actual, expected, message) => {
    expect(() => expectEqual(actual, expected, 'what')).toThrow(new ContractViolation(message));
    expect(equal(actual, expected)).toBe(false);
  });

  it.each([
    [
      { a: 1, b: [{ c: null }] },
      { b: [{ c: null }], a: 1 },
    ],
    [Number.NaN, Number.NaN],
    [undefined, undefined],
  ])('takes %j and %j for equal', (actual, expected) => {
    expect(() => expectEqual(actual, expected, 'what')).not.toThrow();
    expect(equal(actual, expected)).toBe(true);
  });
});

describe('expectRejection', () => {
  it('takes the error of that class alone', async () => {
    const rejection = (promise: Promise<unknown>) => expectRejection(promise, DuplicateIdError, 'what');
    await expect(rejection(Promise.reject(new DuplicateIdError('taken')))).resolves.toBeUndefined();
    await expect(rejection(Promise.reject(new NotFoundError('none')))).rejects.toThrow(
      new ContractViolation('what: expected DuplicateIdError, but it rejected with NotFoundError: none'),
    );
    await expect(rejection(Promise.resolve(1))).rejects.toThrow(
      new ContractViolation('what: expected DuplicateIdError, but it resolved to 1'),
    );
  });
});
