import { describe, expect, test } from 'vitest';
import { type Outcome, report } from './outcome.ts';
import { judge } from './run-suite.ts';
import { holds } from './stray-tests.ts';
import { suites } from './suites.ts';

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  title: 'contracts',
  on: 'PostgreSQL 15',
  passed: 12,
  failed: 0,
  skipped: 0,
  seconds: 3.21,
  ...changes,
});
const lastLine = (outcomes: Outcome[]) => report(outcomes).split('\n').at(-1);

describe('the closing table', () => {
  test('ends with the counts alone on a line', () => {
    expect(lastLine([outcome(), outcome({ failed: 2 })])).toBe('24 passed, 2 failed');
    expect(lastLine([outcome({ skipped: 3 })])).toBe('12 passed, 0 failed, 3 skipped');
  });

  test('says what ran on what, how many tests and how long', () => {
    expect(report([outcome()])).toMatch(/^contracts +PostgreSQL 15 +12 +3\.2 s +passed$/m);
    expect(report([outcome({ failed: 2 })])).toMatch(/14 +3\.2 s +FAILED: 2 of them$/m);
  });

  test('names what a suite would have needed, and does not count it', () => {
    const missing = outcome({ passed: 0, notRun: true, remark: 'needs chromium' });
    expect(report([outcome(), missing])).toMatch(/NOT RUN: needs chromium$/m);
    expect(lastLine([outcome(), missing])).toBe('12 passed, 0 failed');
  });
});

describe('a suite', () => {
  const results = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

  test('is green when its tests are', () => {
    expect(judge(results, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  test.each([
    ['its tests fail', { ...results, numFailedTests: 2 }, 1, 2],
    ['none of its tests ran', { ...results, numPassedTests: 0 }, 0, 1],
    ['all of its tests were skipped', { ...results, numPassedTests: 0, numPendingTests: 5 }, 0, 1],
    ['a file does not load or a hook fails', results, 1, 1],
    ['it dies without results', undefined, 0, 1],
  ])('is red when %s', (_, found, code, failed) => {
    expect(judge(found, code).failed).toBe(failed);
  });

  test('has its own name and leaves no test file out', () => {
    expect(new Set(suites.map(({ name }) => name)).size).toBe(suites.length);
    const holding = (file: string) => suites.filter((suite) => holds(suite, file)).map(({ name }) => name);
    expect(holding('packages/domain/src/a.test.ts')).toEqual(['domain']);
    expect(holding('apps/api/test/e2e/b.test.ts')).toEqual(['api-e2e']);
    expect(holding('packages/other/src/c.test.ts')).toEqual([]);
  });
});
