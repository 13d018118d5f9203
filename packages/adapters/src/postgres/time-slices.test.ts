import { expect, it } from 'vitest';
import { TimeSlices } from './time-slices.js';

it('lets others have their turn during long work', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const slices = new TimeSlices();
  for (const end = performance.now() + 100; performance.now() < end; ) if (slices.isOver) await slices.next();
  clearInterval(others);
  // Without slices there is none; how many there are depends on what else the machine does.
  expect(turns).toBeGreaterThan(1);
});
