import { describe, expect, it } from 'vitest';
import { actor, aMobileInstallation, dateTime, instant, recordId, text } from '../../testing/index.js';
import { currentInstallations } from './current-installation.js';
import { historyOf, type InstallationHistory, isFirstState } from './installation-history.js';

const asOf = instant('2023-01-01T00:00:00Z');

interface Given {
  readonly id: string;
  readonly used: string;
  readonly created?: string;
  /** Each state: its start, version and product. */
  readonly states: readonly (readonly [string, string, string?])[];
}

function history({ id, used, created = '2022-03-01T00:00:00Z', states }: Given): InstallationHistory {
  const { device } = aMobileInstallation();
  const [oldest, ...later] = states.map(([at, version, product = 'GDM']) =>
    aMobileInstallation({
      id: recordId(id),
      firstUsed: dateTime(used),
      device: { ...device, appProduct: text(product), appVersion: text(version) },
      audit: { created: instant(created), createdBy: actor('a'), modified: instant(at), modifiedBy: actor('a') },
    }),
  );
  if (oldest === undefined) throw new Error('a history has a state');
  return historyOf([oldest, ...later]);
}

const start = '2022-03-01T00:00:00Z';
const ids = (histories: InstallationHistory[]) => currentInstallations(histories, asOf).map((each) => each.history.id);

describe('what a person runs now', () => {
  it('is the last by effective date, then version, creation and id, for each product', () => {
    const used = '2022-02-01T00:00:00Z';
    const early = '2022-02-27T00:00:00Z';
    const ascending = [
      history({ id: 'z', used: '2022-01-31T23:59:59.999999Z', states: [[start, '9']] }),
      history({ id: 'y', used, states: [[start, '10']] }),
      history({ id: 'x', used, created: early, states: [[early, '9']] }),
      history({ id: 'é', used, states: [[start, '9']] }),
      history({ id: '\u{10000}', used, states: [[start, '9']] }),
    ];
    for (let length = 1; length <= ascending.length; length++) {
      const some = ascending.slice(0, length);
      expect(ids(some)).toEqual([some.at(-1)?.id]);
      expect(ids(some.toReversed())).toEqual([some.at(-1)?.id]);
    }
    const other = history({ id: 'o', used, states: [[start, '1', 'OTHER']] });
    const later = history({ id: 'l', used: '2022-02-02T00:00:00Z', states: [[start, '1', 'A']] });
    expect(ids([...ascending, other, later])).toEqual(['l', '\u{10000}', 'o']);
  });

  it('does not know what becomes effective after it', () => {
    const late = '2023-01-01T00:00:00.000001Z';
    const soon = history({ id: 'b', used: late, created: late, states: [[late, '2']] });
    const onTime = history({ id: 'a', used: late, created: '2023-01-01T00:00:00Z', states: [[late, '1']] });
    expect(ids([soon])).toEqual([]);
    expect(ids([soon, onTime])).toEqual(['a']);
  });

  it('is the present record, even one that is dated later', () => {
    const [now] = currentInstallations(
      [
        history({
          id: 'a',
          used: start,
          states: [
            [start, '1'],
            ['2024-01-01T00:00:00Z', '2'],
          ],
        }),
      ],
      asOf,
    );
    expect(now).toMatchObject({ appVersion: '2', versionSince: instant('2024-01-01T00:00:00Z') });
  });

  it('counts the installations, those with a wrong clock, and when the last of them was changed', () => {
    const [now] = currentInstallations(
      [
        history({
          id: 'a',
          used: '1970-01-01T00:00:00Z',
          states: [
            [start, '1'],
            ['2022-05-01T00:00:00Z', '1'],
          ],
        }),
        history({ id: 'b', used: '2022-02-01T00:00:00Z', states: [['2022-04-01T00:00:00Z', '1']] }),
      ],
      asOf,
    );
    expect(now).toMatchObject({ installations: 2, clockSuspect: 1, lastSeen: instant('2022-05-01T00:00:00Z') });
    expect(now).toMatchObject({ history: { id: 'a' }, since: instant(start) });
  });

  it.each([
    ['its effective date, for the only state', [[start, '1']], '2022-02-01T00:00:00Z'],
    [
      'its effective date, when something else was changed',
      [
        [start, '1'],
        ['2022-04-01T00:00:00Z', '1'],
      ],
      '2022-02-01T00:00:00Z',
    ],
    [
      'the state that brought it',
      [
        [start, '1'],
        ['2022-04-01T00:00:00Z', '2'],
        ['2022-05-01T00:00:00Z', '2'],
      ],
      '2022-04-01T00:00:00Z',
    ],
    [
      'the last time it came',
      [
        [start, '1'],
        ['2022-04-01T00:00:00Z', '2'],
        ['2022-05-01T00:00:00Z', '1'],
      ],
      '2022-05-01T00:00:00Z',
    ],
    [
      'its effective date, for the oldest known state of an incomplete record',
      [['2022-06-01T00:00:00Z', '1']],
      '2022-02-01T00:00:00Z',
    ],
  ] as const)('has run its version since %s', (_, states, since) => {
    const [now] = currentInstallations([history({ id: 'a', used: '2022-02-01T00:00:00Z', states })], asOf);
    expect(now?.versionSince).toEqual(instant(since));
  });
});

it.each([
  ['2022-03-01T00:00:00Z', true],
  ['2022-03-01T00:00:01Z', true],
  ['2022-03-01T00:00:01.000001Z', false],
  ['2021-01-01T00:00:00Z', true],
])('a state modified at %s is the first of a record created at 2022-03-01T00:00:00Z: %j', (modified, first) => {
  expect(isFirstState({ created: instant(start), modified: instant(modified) })).toBe(first);
});
