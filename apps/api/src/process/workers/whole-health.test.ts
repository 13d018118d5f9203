import { DATABASE_CHECKERS, type ProbeResult } from '@polaris-telemetry/domain';
import { expect, test } from 'vitest';
import { wholeHealth } from './whole-health.js';

/** What a worker says: each argument is an output, which starts with `no` where the check has failed. */
const says = (...outputs: readonly [string, string]): ProbeResult[] =>
  DATABASE_CHECKERS.map((checker, index) => {
    const output = outputs[index] ?? '';
    return { checker, passed: !output.startsWith('no'), output };
  });
const SILENT = undefined;

test.each([
  ['all are well', [says('yes', 'yes'), says('yes', 'yes')], ['yes', 'yes']],
  ['one has failed', [says('yes', 'yes'), says('yes', 'no schema')], ['yes', 'no schema']],
  ['one is silent', [says('yes', 'yes'), SILENT], Array(2).fill('worker 2 does not answer')],
  ['one is silent and one has failed', [SILENT, says('no way', 'yes')], ['no way', 'worker 1 does not answer']],
  ['all are silent', [SILENT, SILENT], Array(2).fill('worker 1 does not answer')],
  ['there are none', [], Array(2).fill('no worker answers')],
])('%s', (_, workers, outputs) => {
  const results = wholeHealth(workers.map((results, index) => ({ pid: index + 1, results })));
  expect(results.map(({ output }) => output)).toEqual(outputs);
  expect(results.every(({ passed }) => passed)).toBe(outputs.every((output) => output === 'yes'));
});
