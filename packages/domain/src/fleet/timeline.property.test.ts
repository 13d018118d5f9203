import fc from 'fast-check';
import { expect, it } from 'vitest';
import { versionsAt, versionsNow } from '../../testing/fleet/versions-at.js';
import { recordId, text } from '../../testing/index.js';
import { compareInstants } from '../values/instant.js';
import type { Text } from '../values/text.js';
import { currentInstallations } from './current-installation.js';
import type { InstallationHistory, RunningApp } from './installation-history.js';
import { type DailyChange, dayOf, timelineOf } from './timeline.js';

/** A few days of 2022, so that dates coincide. */
const FIRST_DAY = 19_000;
const DAYS = 8;
const anAt = fc
  .record({
    day: fc.integer({ min: 0, max: DAYS }),
    second: fc.constantFrom(0, 1, 43_200, 86_399),
    microsecond: fc.constantFrom(0, 999_999),
  })
  .map(({ day, second, microsecond }) => ({ epochSeconds: (FIRST_DAY + day) * 86_400 + second, microsecond }));
const aState: fc.Arbitrary<RunningApp> = fc.record({
  at: anAt,
  appProduct: fc.constantFrom('GDM', 'OTHER').map(text),
  appVersion: fc.constantFrom('1', '2', '').map(text),
});
const aHistory: fc.Arbitrary<Omit<InstallationHistory, 'id'>> = fc.record({
  firstUsed: fc.oneof({ weight: 5, arbitrary: anAt }, fc.constant({ epochSeconds: 0, microsecond: 0 })),
  created: anAt,
  complete: fc.boolean(),
  states: fc.tuple(aState, fc.array(aState, { maxLength: 4 })).map(([first, more]) => [first, ...more] as const),
});
const aPerson: fc.Arbitrary<InstallationHistory[]> = fc
  .array(aHistory, { maxLength: 4 })
  .map((histories) => histories.map((history, index) => ({ ...history, id: recordId(`r${index}`) })));

/** What the changes up to a day add up to: the versions of each product, each with its count of this one person. */
function addedUp(changes: readonly DailyChange[], day: number): Map<Text, (Text | undefined)[]> {
  const counts = new Map<string, { change: DailyChange; people: number }>();
  for (const change of changes.filter((each) => each.day <= day)) {
    const key = JSON.stringify([change.appProduct, change.appVersion ?? null]);
    const people = (counts.get(key)?.people ?? 0) + change.people;
    counts.set(key, { change, people });
  }
  const versions = new Map<Text, (Text | undefined)[]>();
  for (const { change, people } of counts.values()) {
    expect(people).toBeOneOf([0, 1]);
    if (people === 1) versions.set(change.appProduct, [...(versions.get(change.appProduct) ?? []), change.appVersion]);
  }
  return versions;
}

/** Each product counts a person once. */
function once(versions: ReadonlyMap<Text, Text | undefined>): Map<Text, (Text | undefined)[]> {
  return new Map([...versions].map(([product, version]) => [product, [version]]));
}

const endOf = (day: number) => ({ epochSeconds: day * 86_400 + 86_399, microsecond: 999_999 });

it('the changes add up to what the rule says of the end of each day, and of now', () => {
  fc.assert(
    fc.property(aPerson, anAt, (histories, asOf) => {
      const { changes } = timelineOf(histories, asOf);
      for (let day = 0; day < dayOf(asOf); day = day === 0 ? FIRST_DAY - 1 : day + 1) {
        expect(addedUp(changes, day)).toEqual(once(versionsAt(histories, endOf(day))));
      }
      expect(addedUp(changes, dayOf(asOf))).toEqual(once(versionsNow(histories, asOf)));
      expect(changes.every(({ day }, index) => day >= (changes[index - 1]?.day ?? day) && day <= dayOf(asOf))).toBe(
        true,
      );
    }),
    { numRuns: 700 },
  );
});

it('what the changes add up to now is what the person runs now', () => {
  fc.assert(
    fc.property(aPerson, anAt, (histories, asOf) => {
      const now = currentInstallations(histories, asOf).map(
        ({ appProduct, appVersion }) => [appProduct, appVersion] as const,
      );
      expect(addedUp(timelineOf(histories, asOf).changes, dayOf(asOf))).toEqual(once(new Map(now)));
    }),
    { numRuns: 400 },
  );
});

it('until it is due, time alone changes nothing', () => {
  fc.assert(
    fc.property(aPerson, anAt, anAt, (histories, asOf, later) => {
      const { changes, due } = timelineOf(histories, asOf);
      fc.pre(compareInstants(later, asOf) >= 0);
      fc.pre(due === undefined || later.epochSeconds < due.epochSeconds);
      for (const day of [dayOf(asOf), dayOf(later)]) {
        expect(addedUp(timelineOf(histories, later).changes, day)).toEqual(addedUp(changes, day));
      }
    }),
    { numRuns: 700 },
  );
});

it('a person with ten thousand installations that change ten thousand times is followed at once', () => {
  const histories = Array.from({ length: 10_000 }, (_, index): InstallationHistory => {
    const at = { epochSeconds: FIRST_DAY * 86_400 + index * 3_600, microsecond: 0 };
    return {
      id: recordId(`r${index}`),
      firstUsed: at,
      created: at,
      complete: true,
      states: [
        { at, appProduct: text('GDM'), appVersion: text('1') },
        { at: { ...at, microsecond: 1 }, appProduct: text('GDM'), appVersion: text('2') },
      ],
    };
  });
  const asOf = { epochSeconds: (FIRST_DAY + 1000) * 86_400, microsecond: 0 };
  expect(timelineOf(histories, asOf).changes).toEqual([
    { day: FIRST_DAY, appProduct: 'GDM', appVersion: '2', people: 1 },
  ]);
});
