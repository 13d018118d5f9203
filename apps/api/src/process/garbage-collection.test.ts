import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('./garbage-collection.ts', import.meta.url).href;

/** Keeps the last 20,000 of a million objects, and prints how often V8 has looked through all long-lived ones. */
const CHURN = `
import { PerformanceObserver, constants } from 'node:perf_hooks';
let collections = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
}).observe({ type: 'gc' });
const last = new Map();
for (let turn = 0; turn < 100; turn += 1) {
  for (let index = 0; index < 10_000; index += 1) last.set((turn % 2) * 10_000 + index, { text: 'x'.repeat(50), list: new Array(40).fill(index) });
  await new Promise(setImmediate);
}
console.log(collections);
`;

async function printed(script: string): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  // V8 reports an unknown flag there, and goes on.
  expect(stderr).toBe('');
  return Number(stdout);
}

test('V8 looks for garbage among long-lived data more often than by itself', async () => {
  const byItself = await printed(CHURN);
  const early = await printed(`import { tuneGarbageCollection } from '${MODULE}'; tuneGarbageCollection();${CHURN}`);
  expect(byItself).toBeGreaterThan(0);
  expect(early).toBeGreaterThan(byItself);
});
