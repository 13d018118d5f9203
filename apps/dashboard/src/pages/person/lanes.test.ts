import { expect, test } from 'vitest';
import { PHONE } from '../../../test/support/people.js';
import { lanesOf } from './lanes.js';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const NOW = day('2026-11-01');

function installed(date: string, change: Partial<typeof PHONE> = {}) {
  const at = `${date}T00:00:00.000Z`;
  return { record: { ...PHONE, date_first_launched: at, created: at, ...change }, revisions: [], complete: true };
}

test('an installation lasts until the next one of its product, the last one until now', () => {
  const lanes = lanesOf(
    [
      installed('2026-06-01', { app_version: '4.2.0' }),
      installed('2026-05-01', { app_product: 'Other' }),
      installed('2026-03-01'),
    ],
    NOW,
  );
  expect(lanes.map(({ name, spans }) => [name, ...spans])).toEqual([
    ['GDM 4.2.0 on iPhone 13', { version: '4.2.0', from: day('2026-06-01'), to: NOW }],
    ['Other 4.1.0 on iPhone 13', { version: '4.1.0', from: day('2026-05-01'), to: NOW }],
    ['GDM 4.1.0 on iPhone 13', { version: '4.1.0', from: day('2026-03-01'), to: day('2026-06-01') }],
  ]);
});

test('its versions follow each other as its record says, and what changed nothing of it is a moment only', () => {
  const base = installed('2026-03-01', { app_version: '4.2.0' });
  const state = (revision: number, date: string, app_version: string) => ({
    revision,
    at: `${date}T00:00:00Z`,
    by: 'p',
    changes: [],
    record: { ...base.record, app_version },
  });
  const revisions = [state(3, '2026-05-01', '4.2.0'), state(2, '2026-04-01', '4.1.0'), state(1, '2026-03-01', '4.1.0')];
  expect(lanesOf([{ ...base, revisions }], NOW)).toEqual([
    {
      name: 'GDM 4.1.0, 4.2.0 on iPhone 13',
      spans: [
        { version: '4.1.0', from: day('2026-03-01'), to: day('2026-05-01') },
        { version: '4.2.0', from: day('2026-05-01'), to: NOW },
      ],
      changes: [day('2026-04-01'), day('2026-05-01')],
    },
  ]);
});

test.each(['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'never'])(
  'one whose device says %s begins when it was recorded',
  (date_first_launched) => {
    const [lane] = lanesOf([installed('2026-03-01', { date_first_launched })], NOW);
    expect(lane?.spans[0]?.from).toBe(day('2026-03-01'));
  },
);
