import { EARLIEST_INSTANT, LATEST_INSTANT } from '@polaris-telemetry/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, timestampText } from './timestamp-text.js';

const instants = fc.record({
  epochSeconds: fc.integer({ min: EARLIEST_INSTANT.epochSeconds, max: LATEST_INSTANT.epochSeconds }),
  microsecond: fc.integer({ min: 0, max: 999_999 }),
});

describe('timestamps as text', () => {
  it('come back exactly from the form they are sent in', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(instantOf(timestampText(instant))).toEqual(instant);
      }),
    );
  });

  it('come back exactly from the form PostgreSQL writes: a space, no zeros at the end of a fraction, perhaps a zone', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom('', '+00'), (instant, zone) => {
        const written = timestampText(instant).replace('T', ' ').replace('Z', '').replace(/0+$/, '').replace(/\.$/, '');
        const seconds = written.length < 19 ? written.padEnd(19, '0') : written;
        expect(instantOf(seconds + zone)).toEqual(instant);
      }),
    );
  });

  it.each([
    ['2022-03-04 05:06:07', { epochSeconds: 1_646_370_367, microsecond: 0 }],
    ['2022-03-04 05:06:07.5', { epochSeconds: 1_646_370_367, microsecond: 500_000 }],
    ['2022-03-04 05:06:07.000001+00', { epochSeconds: 1_646_370_367, microsecond: 1 }],
    ['1969-12-31 23:59:59.999999', { epochSeconds: -1, microsecond: 999_999 }],
  ])('%s', (text, instant) => expect(instantOf(text)).toEqual(instant));
});
