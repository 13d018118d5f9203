import { expect, it } from 'vitest';
import { sharedRead } from './shared-read.js';

/** A read whose results arrive when the test says so. */
function reading() {
  const begun: PromiseWithResolvers<number>[] = [];
  const read = sharedRead(() => {
    const found = Promise.withResolvers<number>();
    begun.push(found);
    return found.promise;
  });
  return { read, begun };
}

it('those who ask while a read runs share the next one, which sees what was there when they asked', async () => {
  const { read, begun } = reading();
  const first = read();
  await expect.poll(() => begun.length).toBe(1);
  const later = [read(), read()];
  begun[0]?.resolve(1);
  expect(await first).toBe(1);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2]);
});

it('a read that fails does so for those who share it, and not for the next', async () => {
  const { read, begun } = reading();
  const shared = Promise.allSettled([read(), read()]);
  await expect.poll(() => begun.length).toBe(1);
  const next = read();
  begun[0]?.reject(new Error('broken'));
  expect((await shared).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve(2);
  expect(await next).toBe(2);
});
