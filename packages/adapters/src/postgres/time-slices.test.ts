import { expect, it } from 'vitest';
import { TimeSlices } from './time-slices.js';

it('lets others have their turn during long work', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const slices = new TimeSlices();
  // Without slices there is none, for however long.
  for (const end = performance.now() + 5_000; turns < 2 && performance.now() < end; )
    if (slices.isOver) await slices.next();
  clearInterval(others);
  expect(turns).toBeGreaterThan(1);
});
