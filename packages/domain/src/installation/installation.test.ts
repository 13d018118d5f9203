import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aMobileInstallation, dateTime, instant, recordId, text } from '../../testing/index.js';
import type { Instant } from '../values/instant.js';
import { compareLatestFirst, type Installation, type MobileDevice } from './installation.js';

const { device, audit } = aMobileInstallation();

/** Few values per field, so that ties are frequent. */
const anInstallation: fc.Arbitrary<Installation<MobileDevice>> = fc
  .record({
    firstUsed: fc
      .constantFrom(
        '2022-01-01T00:00:00Z',
        '2022-01-01T01:00:00+01:00',
        '2022-01-01T00:00:00.000001Z',
        '1969-12-31T23:00:00Z',
      )
      .map(dateTime),
    appVersion: fc.constantFrom('', '9', '10', 'a', 'B', '\uffff', '\u{10000}').map(text),
    created: fc
      .constantFrom('2022-01-01T00:00:00Z', '2022-01-01T00:00:00.000001Z', '2021-12-31T23:59:59.9Z')
      .map(instant),
    id: fc.constantFrom('a', 'B', 'é', '\uffff', '\u{10000}').map(recordId),
  })
  .map(({ firstUsed, appVersion, created, id }) =>
    aMobileInstallation({ id, firstUsed, device: { ...device, appVersion }, audit: { ...audit, created } }),
  );

/** The same rule, stated another way: one byte string for each, greatest first. */
function sortKey({ id, firstUsed, device, audit }: Installation<MobileDevice>): string {
  const time = ({ epochSeconds, microsecond }: Instant) =>
    String(2n * 10n ** 18n + BigInt(epochSeconds) * 1_000_000n + BigInt(microsecond));
  const bytes = (value: string) => `${Buffer.from(value).toString('hex')}.`;
  return [time(firstUsed.instant), bytes(device.appVersion), time(audit.created), bytes(id)].join(' ');
}

describe('compareLatestFirst', () => {
  it('orders by instant of first use, app version, creation and id, all descending', () => {
    fc.assert(
      fc.property(anInstallation, anInstallation, (left, right) => {
        const [one, other] = [sortKey(left), sortKey(right)];
        expect(Math.sign(compareLatestFirst(left, right))).toBe(one === other ? 0 : one > other ? -1 : 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a total order: antisymmetric, transitive, and 0 only for one and the same id', () => {
    fc.assert(
      fc.property(anInstallation, anInstallation, anInstallation, (a, b, c) => {
        expect(Math.sign(compareLatestFirst(a, b))).toBe(0 - Math.sign(compareLatestFirst(b, a)));
        if (compareLatestFirst(a, b) <= 0 && compareLatestFirst(b, c) <= 0) {
          expect(compareLatestFirst(a, c)).toBeLessThanOrEqual(0);
        }
        if (a.id !== b.id) expect(compareLatestFirst(a, b)).not.toBe(0);
        expect(compareLatestFirst(a, a)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the offset that a date was written with', () => {
    const inUtc = aMobileInstallation({ firstUsed: dateTime('2022-01-01T00:00:00Z') });
    const inParis = aMobileInstallation({ firstUsed: dateTime('2022-01-01T01:00:00+01:00') });
    expect(compareLatestFirst(inUtc, inParis)).toBe(0);
  });
});
