import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('./garbage-collection.ts', import.meta.url).href;
const TUNED = `import { tuneGarbageCollection } from '${MODULE}'; tuneGarbageCollection();`;

/** Keeps the last 50,000 of 600,000 objects, and prints how often V8 has looked through all long-lived ones. */
const CHURN = `
import { PerformanceObserver, constants } from 'node:perf_hooks';
let collections = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
}).observe({ type: 'gc' });
const last = new Map();
for (let turn = 0; turn < 60; turn += 1) {
  for (let index = 0; index < 10_000; index += 1) last.set((turn % 5) * 10_000 + index, { text: 'x'.repeat(50), list: new Array(40).fill(index) });
  await new Promise(setImmediate);
}
console.log(collections);
`;

/** Keeps 600,000 objects for a while, then none of two million; prints how many bytes of the latter were long-lived at once. */
const BUSY_START = `
import { getHeapSpaceStatistics } from 'node:v8';
const longLived = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size;
const request = (index) => ({ index, list: [index, index + 1, index + 2], more: { index, list: [index] } });
let kept = [];
async function serve(turns, keep) {
  let bytes = 0;
  for (let turn = 0, before = longLived(); turn < turns; turn += 1) {
    for (let index = 0; index < 10_000; index += 1) kept[keep ? kept.length : 0] = request(index);
    await new Promise(setImmediate);
    const now = longLived();
    bytes += Math.max(now - before, 0);
    before = now;
  }
  return bytes;
}
await serve(60, true);
kept = [];
// Until what was kept has left the room for young objects.
await serve(20, false);
console.log(await serve(200, false));
`;

async function printed(script: string): Promise<number> {
  // On one thread, so that it does not depend on when functions are optimised.
  const args = ['--single-threaded', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  // V8 reports an unknown flag there, and goes on.
  expect(stderr).toBe('');
  return Number(stdout);
}

test('V8 looks for garbage among long-lived data more often than by itself', async () => {
  const byItself = await printed(CHURN);
  expect(byItself).toBeGreaterThan(0);
  expect(await printed(TUNED + CHURN)).toBeGreaterThan(byItself);
});

test('V8 allocates objects as young although those of a busy start lived long', async () => {
  const byItself = await printed(BUSY_START);
  expect(byItself).toBeGreaterThan(50_000_000);
  expect(await printed(TUNED + BUSY_START)).toBeLessThan(byItself / 10);
});
