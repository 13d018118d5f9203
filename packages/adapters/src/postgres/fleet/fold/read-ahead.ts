import type { OwnersToWalk } from './owners-to-walk.js';
import type { PeopleRead } from './read-people.js';

/** How many batches the server reads ahead. With one it would be idle whenever this process takes longer. */
const BATCHES_AHEAD = 2;

/**
 * Reads people batch by batch in the order of their owners.
 *
 * @param isLate whether to read no further batch
 */
export async function* readAhead(
  owners: OwnersToWalk,
  read: (some: readonly string[]) => Promise<PeopleRead>,
  isLate: () => boolean,
): AsyncGenerator<PeopleRead> {
  let ahead: { readonly some: readonly string[]; readonly reading: Promise<PeopleRead> }[] = [];
  for (;;) {
    while (ahead.length < BATCHES_AHEAD && !isLate()) {
      const some = await owners.take();
      if (some.length === 0) break;
      const reading = read(some);
      reading.catch(() => {});
      ahead.push({ some, reading });
    }
    const next = ahead.shift();
    if (next === undefined) return;
    const batch = await next.reading;
    owners.walked(batch.owners);
    if (batch.owners.length < next.some.length) {
      // Too much data for one batch: its rest comes first.
      await Promise.allSettled(ahead.map(({ reading }) => reading));
      ahead = [];
      owners.putBack();
    }
    yield batch;
  }
}
