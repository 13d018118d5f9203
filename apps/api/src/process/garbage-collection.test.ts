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

/** Keeps the last 50,000 of 600,000 objects, and prints the most that was among long-lived data, garbage included. */
const CHURN = `${LONG_LIVED}
let most = 0;
const last = new Map();
for (let turn = 0; turn < 60; turn += 1) {
  for (let index = 0; index < 10_000; index += 1) last.set((turn % 5) * 10_000 + index, { text: 'x'.repeat(50), list: new Array(40).fill(index) });
  await new Promise(setImmediate);
  most = Math.max(most, longLived());
}
console.log(most);
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
  // On one thread, so that it does not depend on when functions are optimised.
  const args = ['--single-threaded', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  // V8 reports an unknown flag there, and goes on.
  expect(stderr).toBe('');
  return Number(stdout);
}

test('V8 lets less garbage pile up among long-lived data than by itself', async () => {
  const byItself = await printed(CHURN);
  expect(byItself).toBeGreaterThan(100_000_000);
  expect(await printed(TUNED + CHURN)).toBeLessThan(0.8 * byItself);
});

test('V8 allocates objects as young although those of a busy start lived long', async () => {
  const byItself = await printed(BUSY_START);
  expect(byItself).toBeGreaterThan(50_000_000);
  expect(await printed(TUNED + BUSY_START)).toBeLessThan(byItself / 10);
});
