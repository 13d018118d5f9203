import { setTimeout as sleep } from 'node:timers/promises';
import { expectRefusal, idOf, isSuccess, patch, post } from '../../faults/support/requests.js';

/** Counts a record up, one PATCH after the other. @returns the last count that was acknowledged, and what ends it */
export function startCounting(url: string, id: string) {
  let ended = false;
  let acknowledged = 0;
  const counting = (async () => {
    for (let count = 1; !ended; count++) {
      const seen = await patch(url, id, { app_version: `${count}` });
      if (isSuccess(seen)) {
        acknowledged = count;
        continue;
      }
      expectRefusal(seen);
      await sleep(20);
    }
  })();
  counting.catch(() => {});
  return {
    get acknowledged() {
      return acknowledged;
    },
    async end() {
      ended = true;
      await counting;
    },
  };
}

/** A record that was acknowledged at last, and when that was, in milliseconds of `performance.now()`. */
export interface Added {
  readonly mark: string;
  readonly id: string;
  readonly at: number;
}

/** Adds one record with a key, again and again until it is acknowledged. */
export async function addPatiently(url: string, mark: string): Promise<Added> {
  for (;;) {
    const seen = await post(url, { mark, key: mark });
    if (isSuccess(seen)) return { mark, id: idOf(seen), at: performance.now() };
    // 409: an attempt before this one is still under way in a server that does not answer.
    if (seen.status !== 409) expectRefusal(seen);
    await sleep(100);
  }
}

/** Adds one record after the other, each patiently, under marks that begin with `prefix`. */
export function startAdding(url: string, prefix: string) {
  let ended = false;
  const added: Added[] = [];
  const adding = (async () => {
    while (!ended) added.push(await addPatiently(url, `${prefix}${added.length}`));
  })();
  adding.catch(() => {});
  return {
    async end(): Promise<readonly Added[]> {
      ended = true;
      await adding;
      return added;
    },
  };
}

/** Returns the longest time without an acknowledgement, in seconds. */
export function longestPause(added: readonly Added[]): number {
  const times = added.map(({ at }) => at).toSorted((a, b) => a - b);
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at))) / 1000;
}
