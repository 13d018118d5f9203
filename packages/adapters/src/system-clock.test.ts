import { describe, expect, it } from 'vitest';
import { createSystemClock } from './system-clock.js';

describe('the system clock', () => {
  it('distinguishes records made in the same millisecond, in their order', () => {
    const milliseconds = [1_646_370_367_089, 1_646_370_367_089, 1_646_370_367_090, -1];
    const clock = createSystemClock(() => milliseconds.shift() ?? 0);
    expect(clock.now()).toEqual({ epochSeconds: 1_646_370_367, microsecond: 89_000 });
    expect(clock.now()).toEqual({ epochSeconds: 1_646_370_367, microsecond: 89_001 });
    expect(clock.now()).toEqual({ epochSeconds: 1_646_370_367, microsecond: 90_000 });
    expect(clock.now()).toEqual({ epochSeconds: -1, microsecond: 999_000 });
  });

  it('stays within its millisecond however often it is read', () => {
    const clock = createSystemClock(() => 5);
    for (let n = 0; n < 2_000; n += 1) clock.now();
    expect(clock.now()).toEqual({ epochSeconds: 0, microsecond: 5_999 });
  });
});
