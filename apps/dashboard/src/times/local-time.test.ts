import { expect, test } from 'vitest';
import { instantOf, localTimeOf } from './local-time.js';

test.each([
  ['2026-01-31T09:30', 'UTC', '2026-01-31T09:30:00.000Z'],
  ['2026-01-31T09:30', 'Europe/London', '2026-01-31T09:30:00.000Z'],
  ['2026-07-31T09:30', 'Europe/London', '2026-07-31T08:30:00.000Z'],
  ['2026-07-31T09:30:15.5', 'Asia/Kolkata', '2026-07-31T04:00:15.500Z'],
  ['2026-07-31', 'America/New_York', '2026-07-31T04:00:00.000Z'],
  // Twice that night: the first of them. Never that night: as if the clocks had not gone forward yet.
  ['2026-10-25T01:30', 'Europe/London', '2026-10-25T00:30:00.000Z'],
  ['2026-03-29T01:30', 'Europe/London', '2026-03-29T01:30:00.000Z'],
])('%s in %s is %s', (local, zone, instant) => {
  expect(instantOf(local, zone)).toBe(instant);
});

test.each(['', 'yesterday', '2026-13-01T00:00', '2026-01-31T09:30:00+01:00', '2026-01-31T09:30Z'])(
  '%j is no local time, and stays for the API to judge',
  (text) => {
    expect(instantOf(text, 'Europe/London')).toBe(text);
  },
);

test.each([
  ['2026-07-31T08:30:00.000Z', 'Europe/London', '2026-07-31T09:30'],
  ['2026-07-31T08:30:00+02:00', 'UTC', '2026-07-31T06:30'],
  ['2026-07-31T04:00:15Z', 'Asia/Kolkata', '2026-07-31T09:30:15'],
  ['2026-07-31T04:00:15.250Z', 'UTC', '2026-07-31T04:00:15.250'],
  ['2026-07-31T08:30', 'UTC', undefined],
  ['x', 'UTC', undefined],
])('%s is shown in %s as %s', (instant, zone, local) => {
  expect(localTimeOf(instant, zone)).toBe(local);
});
