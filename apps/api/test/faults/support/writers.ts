import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { RECORD_TABLE_NAMES } from '../../../../../packages/adapters/src/postgres/tables.js';
import { kinds } from '../../support/kinds.js';
import type { Database } from './database.js';
import { idOf, isSuccess, post, type Seen } from './requests.js';

/** What became of the writes: by mark, the id that was acknowledged. */
export interface Writes {
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Answers other than success. */
  readonly refused: readonly Seen[];
  /** Connections that ended without an answer. */
  readonly cut: number;
  readonly sent: number;
}

/** Clients at work. */
export interface Writing {
  /** Waits until so many more writes are acknowledged than now. What they need for that depends on the machine. */
  more(count: number): Promise<void>;
  /** Ends them; the writes under way get their answers first. */
  end(): Promise<Writes>;
}

/**
 * Starts clients that add records of every kind one after the other and never repeat one.
 *
 * @param prefix of their marks; of its own where others write to the same database
 * @param mostUnanswered how many requests may get no answer in time; they count as cut
 */
export function startWriting(url: string, { clients = 24, prefix = 'w', mostUnanswered = 0 } = {}): Writing {
  const acknowledged = new Map<string, string>();
  const refused: Seen[] = [];
  let cut = 0;
  let unanswered = 0;
  let sent = 0;
  let ended = false;

  async function write(client: number): Promise<void> {
    const kind = kinds[client % kinds.length];
    while (!ended) {
      const mark = `${prefix}${sent++}`;
      try {
        const seen = await post(url, { mark, ...(kind && { kind }) });
        if (isSuccess(seen)) {
          acknowledged.set(mark, idOf(seen));
          continue;
        }
        refused.push(seen);
      } catch (error) {
        if (error instanceof Error && error.name === 'TimeoutError' && ++unanswered > mostUnanswered) throw error;
        cut++;
      }
      await sleep(20);
    }
  }

  const all = Promise.all(Array.from({ length: clients }, (_, client) => write(client)));
  // A caller that awaits the end gets the error; until then it must not end the process.
  all.catch(() => {});
  return {
    async more(count) {
      const wanted = acknowledged.size + count;
      await expect.poll(() => acknowledged.size, { interval: 10 }).toBeGreaterThanOrEqual(wanted);
    },
    async end() {
      ended = true;
      await all;
      return { acknowledged, refused, cut, sent };
    },
  };
}

const EVERY_RECORD = RECORD_TABLE_NAMES.map((table) => `select uuid, app_product as mark from ${table}`).join(
  ' union all ',
);

/** Everything that is stored: by mark, the ids. */
export async function stored(
  database: Pick<Database, 'sqlIn'>,
  name = 'telemetry',
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await database.sqlIn(name, EVERY_RECORD);
  const all = new Map<string, string[]>();
  for (const { uuid, mark } of rows) {
    const ids = all.get(String(mark)) ?? [];
    ids.push(String(uuid));
    all.set(String(mark), ids);
  }
  return all;
}

/** Every acknowledged write is there exactly once, under the id in its answer, and nothing is stored twice. */
export async function expectExactlyOnce(
  database: Pick<Database, 'sqlIn'>,
  acknowledged: ReadonlyMap<string, string>,
  name?: string,
): Promise<void> {
  const all = await stored(database, name);
  const wrong = [...acknowledged].filter(([mark, id]) => all.get(mark)?.join() !== id);
  expect(wrong).toEqual([]);
  expect([...all].filter(([, ids]) => ids.length !== 1)).toEqual([]);
}
