import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@polaris-telemetry/domain';
import { describe, expect, it } from 'vitest';
import { describeError, errorLines, errorType, OWN_ERRORS } from './describe-error.js';

const CANARY = 'CANARY of a patient';

/** A PostgreSQL error in which every field holds a text that must not be seen. */
function fromServer(members: object = {}): Error {
  const fields = ['detail', 'hint', 'where', 'internalQuery', 'schema', 'table', 'column', 'dataType', 'constraint'];
  return Object.assign(new Error(`${CANARY}\n    at ${CANARY}\n    at more`), {
    name: 'error',
    severity: 'ERROR',
    code: '23505',
    ...Object.fromEntries(fields.map((field) => [field, CANARY])),
    ...members,
  });
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('says nothing but what is on the list', () => {
  it.each<[string, unknown]>([
    ['an error of the database', fromServer()],
    ['its cause', new UnavailableError('the database cannot answer now', { cause: fromServer() })],
    ['the cause of a stranger', new Error(CANARY, { cause: fromServer() })],
    ['several at once', new AggregateError([new Error(CANARY), fromServer()], CANARY)],
    ['a parser that quotes its input', thrownBy(() => JSON.parse(CANARY))],
    ['a conversion that quotes its input', thrownBy(() => BigInt(CANARY))],
    ['a name and a code that are texts', Object.assign(new Error('x'), { name: CANARY, code: CANARY })],
    ['a code that is an object', Object.assign(new Error('x'), { code: { CANARY } })],
    ['a constraint that a trigger made up', fromServer({ constraint: 'canary_1', routine: 'exec_stmt_raise' })],
    ['a text', CANARY],
    ['an object', { message: CANARY }],
  ])('%s', (_what, error) => {
    for (const text of [JSON.stringify(describeError(error)), errorLines(error), errorType(error)])
      expect(text).not.toMatch(/canary/i);
  });

  it('an error that is its own cause', () => {
    const error: Error & { cause?: unknown } = new Error(CANARY);
    error.cause = error;
    expect(JSON.stringify(describeError(error))).not.toContain('CANARY');
  });
});

it('says what an operator needs of an error of the database', () => {
  const error = new UnavailableError('the database cannot answer now', {
    cause: fromServer({ constraint: 'mobile_pkey' }),
  });
  expect(describeError(error)).toMatchObject({
    type: 'UnavailableError',
    code: 'unavailable',
    message: 'the database cannot answer now',
    stack: expect.stringContaining('describe-error.test'),
    cause: { type: 'DatabaseError', code: '23505', constraint: 'mobile_pkey' },
  });
  expect(errorType(fromServer())).toBe('23505');
});

it('says what Node says of a system call, and what libraries always say', () => {
  const error = thrownBy(() => readFileSync('/no/such/file'));
  expect(describeError(error)).toMatchObject({ code: 'ENOENT', message: expect.stringContaining('/no/such/file') });
  expect(describeError(new Error('Connection terminated unexpectedly'))).toHaveProperty('message');
  expect(describeError(new Error('Connection terminated unexpectedly by a patient'))).not.toHaveProperty('message');
});

it('knows every error class of ours by its name', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const names = new Set<string>();
  for await (const file of glob(['apps/api/src/**/*.ts', 'packages/adapters/src/**/*.ts'], { cwd: root })) {
    const source = readFileSync(`${root}/${file}`, 'utf8');
    for (const [, name = ''] of source.matchAll(/class (\w+) extends (?:Aggregate)?Error/g)) {
      names.add(name);
      expect(source, `${name} has its name`).toMatch(new RegExp(`name = '${name}'`));
    }
  }
  expect([...names].sort()).toEqual([...OWN_ERRORS].sort());
});
