import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('./garbage-collection.ts', import.meta.url).href;
const TUNED = `import { tuneGarbageCollection } from '${MODULE}'; tuneGarbageCollection();`;

/** Of this process, in bytes. */
const LONG_LIVED = `
import { getHeapSpaceStatistics } from 'node:v8';
const longLived = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size;
`;

/** Keeps all that it makes; prints how many times what one collection left had grown when the next one ran. */
const GROWTH = `${LONG_LIVED}
import { constants, performance, PerformanceObserver } from 'node:perf_hooks';
const collections = [];
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] });
const kept = [];
const keep = (megabytes) => {
  for (let index = 0; index < megabytes * 2_000; index += 1) kept.push(new Array(60).fill(index));
};
keep(50);
gc();
const start = performance.now();
const before = longLived();
const isNext = ({ startTime, detail }) => startTime > start && detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
let most = before;
while (!collections.some(isNext) && most < 20 * before) {
  keep(1);
  most = longLived();
  await new Promise(setImmediate);
}
console.log(most / before);
`;

/** Keeps 600,000 objects for a while, then none of two million; prints how many bytes of the latter were long-lived at once. */
const BUSY_START = `${LONG_LIVED}
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
  // On one thread, so that it does not depend on when functions are optimised, nor on how fast the machine is.
  const args = ['--single-threaded', '--expose-gc', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  // V8 reports an unknown flag there, and goes on.
  expect(stderr).toBe('');
  return Number(stdout);
}

test('V8 lets long-lived data grow less between two collections than by itself', async () => {
  const byItself = await printed(GROWTH);
  expect(byItself).toBeGreaterThan(4);
  expect(await printed(TUNED + GROWTH)).toBeLessThan(0.75 * byItself);
});

test('V8 allocates objects as young although those of a busy start lived long', async () => {
  const byItself = await printed(BUSY_START);
  expect(byItself).toBeGreaterThan(50_000_000);
  expect(await printed(TUNED + BUSY_START)).toBeLessThan(byItself / 10);
});
