import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('./small-heap.ts', import.meta.url).href;

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

/** Keeps 4 MiB of new objects again and again, and prints how many bytes of room the young ones have. */
const SURVIVORS = `
import { getHeapSpaceStatistics } from 'node:v8';
for (let turn = 0; turn < 20; turn += 1) globalThis.kept = Array.from({ length: 40_000 }, (_, index) => ({ index, list: [index] }));
console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);
`;

async function printed(script: string): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  // V8 reports an unknown flag there, and goes on.
  expect(stderr).toBe('');
  return Number(stdout);
}

test('V8 looks for garbage among long-lived data more often than by itself', async () => {
  const byItself = await printed(CHURN);
  const early = await printed(`import { keepHeapSmall } from '${MODULE}'; keepHeapSmall();${CHURN}`);
  expect(byItself).toBeGreaterThan(0);
  expect(early).toBeGreaterThan(byItself);
});

test('the room for young objects does not grow while it is held', async () => {
  const held = `import { holdYoungSpace, releaseYoungSpace } from '${MODULE}'; holdYoungSpace();`;
  const [byItself, small, released] = await Promise.all([
    printed(SURVIVORS),
    printed(`${held}${SURVIVORS}`),
    printed(`${held}releaseYoungSpace();${SURVIVORS}`),
  ]);
  expect(small).toBeLessThan(4 * 1_048_576);
  expect(byItself).toBeGreaterThan(2 * small);
  expect(released).toBeGreaterThan(2 * small);
});
