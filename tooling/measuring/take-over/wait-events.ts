import { setTimeout as sleep } from 'node:timers/promises';
import { table } from '../kit/text.ts';
import type { Pool } from './tables.ts';

const EVERY_MS = 100;
const SLOW = "interval '200 milliseconds'";

/** What slow writes of the original wait for: a lock is the take-over's fault, a busy disk or processor the machine's. */
export interface WaitEvents {
  stop(): Promise<void>;
  report(): string;
}

/** Samples the writes of the original that have run for more than 200 ms. */
export function watchWaitEvents(pool: Pool): WaitEvents {
  const seen = new Map<string, { count: number; longest: number }>();
  let stopping = false;

  async function look(): Promise<void> {
    const { rows } = await pool.query<{ event: string; milliseconds: number }>(
      `select coalesce(wait_event_type || ', ' || wait_event, 'nothing: it runs, or wants a processor') as event,
         extract(epoch from clock_timestamp() - query_start)::float8 * 1000 as milliseconds
       from pg_stat_activity
       where state = 'active' and clock_timestamp() - query_start > ${SLOW}
         and query ~ '^(insert|update)' and query ~ '''original''|app_version \\|\\| ''1'''`,
    );
    for (const { event, milliseconds } of rows) {
      const { count, longest } = seen.get(event) ?? { count: 0, longest: 0 };
      seen.set(event, { count: count + 1, longest: Math.max(longest, milliseconds) });
    }
  }

  const looking = (async () => {
    while (!stopping) {
      await look();
      await sleep(EVERY_MS);
    }
  })();
  looking.catch(() => {});

  return {
    async stop() {
      stopping = true;
      await looking;
    },
    report() {
      const lines = [...seen].toSorted(([, one], [, other]) => other.count - one.count);
      return table([
        ['what a write of more than 200 ms was seen waiting for', 'times', 'longest so far, ms'],
        ...lines.map(([event, { count, longest }]) => [event, `${count}`, longest.toFixed(0)]),
      ]);
    },
  };
}
