import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TROUBLED_MODEL } from './devices.ts';
import { Random } from './random.ts';
import { type SamplePerson, samplePeople } from './sample-data.ts';

const UNTIL = '2026-11-26';
const END = Date.parse(UNTIL);
const DAY = 24 * 60 * 60 * 1000;
const SIZE = { patients: 40, clinicians: 8, until: UNTIL };
const people = samplePeople(new Random('demo'), SIZE);
const patients = people.filter(({ kind }) => kind === 'patient');
const firstUse = (person: SamplePerson) =>
  person.installations.map((body) => Date.parse(String(body['date_first_launched'] ?? body['date_first_used'])));

describe('sample data', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(samplePeople(new Random('demo'), SIZE)).toEqual(people);
    expect(samplePeople(new Random('other'), SIZE)[0]?.id).not.toBe(people[0]?.id);
  });

  test('more people leave the first ones as they were', () => {
    expect(samplePeople(new Random('demo'), { ...SIZE, patients: 60 }).slice(0, 40)).toEqual(people.slice(0, 40));
  });

  test('belong to as many people as asked for, each with an id of their own', () => {
    expect(new Set(people.map(({ id }) => id)).size).toBe(48);
    expect(people.filter(({ kind }) => kind === 'clinician')).toHaveLength(8);
  });

  test('tell of updates in the order in which they happened, over a year, and of nothing later than the last day', () => {
    for (const person of people) {
      const moments = firstUse(person);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
      const verified = person.meters.map(({ body }) => Date.parse(String(body['date_verified'])));
      expect(Math.max(...moments, ...verified)).toBeLessThan(END + DAY);
    }
    const all = people.flatMap(firstUse);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(300 * DAY);
  });

  test('roll the newest release out over 90 days, past some people', () => {
    const versions = patients.map(({ installations }) => installations.at(-1)?.['app_version']);
    expect(versions.filter((version) => version === '4.2.0').length).toBeGreaterThan(25);
    expect(versions.filter((version) => version !== '4.2.0').length).toBeGreaterThan(3);
    const days = patients.flatMap(({ installations }) =>
      installations
        .filter((body) => body['app_version'] === '4.2.0')
        .map((body) => (END - Date.parse(String(body['date_first_launched']))) / DAY),
    );
    expect(Math.max(...days)).toBeLessThan(90);
    for (const [from, to] of [
      [90, 60],
      [60, 30],
      [30, -1],
    ] as const)
      expect(days.filter((day) => day <= from && day > to).length, `${from} days ago`).toBeGreaterThan(3);
  });

  test('have the figures that the README shows of them', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, json = ''] = /report below 4\.2 is:\n\n```json\n(.*?)```/s.exec(readme) ?? [];
    const shown = JSON.parse(json);
    const counts = new Map<string, number>();
    for (const { installations } of patients) {
      const version = String(installations.at(-1)?.['app_version']);
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
    const below = [...counts].filter(([version]) => Number(version.split('.')[1]) < 2).toSorted();
    expect(shown.results.map(({ app_version, people }: Record<string, unknown>) => [app_version, people])).toEqual(
      below,
    );
    const sum = below.reduce((total, [, count]) => total + count, 0);
    expect(shown).toMatchObject({ people: patients.length, people_below: sum, share: sum / patients.length });
    expect([...counts.keys()].every((version) => /^4\.\d+\.\d+$/.test(version))).toBe(true);
  });

  test('hold a phone that changed hands', () => {
    const uses = Map.groupBy(
      patients.flatMap(({ id, installations }) =>
        installations.map((body) => ({ id, ...body }) as Record<string, unknown>),
      ),
      (body) => body['unique_device_code'],
    );
    const shared = [...uses.values()].filter((list) => new Set(list.map(({ id }) => id)).size === 2);
    expect(shared).toHaveLength(4);
    for (const list of shared) {
      const [giver, ...takers] = list.toSorted(
        (a, b) => Date.parse(String(a['date_first_launched'])) - Date.parse(String(b['date_first_launched'])),
      );
      expect(new Set(takers.map(({ id }) => id)).size, 'the giver never has it again').toBe(1);
      expect(takers[0]?.['id']).not.toBe(giver?.['id']);
    }
  });

  test('hold meters that disagree on one model of phone', () => {
    const told = patients.flatMap(({ installations, meters }) =>
      meters.map(({ body, outcome }) => ({ model: installations[0]['model'], outcome: { ...body, ...outcome } })),
    );
    const share = (list: typeof told) =>
      list.filter((meter) => meter.outcome['is_bg_value_correct'] === false).length / list.length;
    const known = told.filter((meter) => meter.outcome['is_bg_value_correct'] !== null);
    expect(known.length).toBeLessThan(told.length);
    expect(share(known.filter(({ model }) => model === TROUBLED_MODEL))).toBeGreaterThan(0.3);
    expect(share(known.filter(({ model }) => model !== TROUBLED_MODEL))).toBeLessThan(0.1);
  });

  test('hold corrections, which make revisions', () => {
    expect(patients.filter(({ correction }) => correction !== undefined).length).toBeGreaterThan(2);
    expect(
      patients.flatMap(({ meters }) => meters).filter(({ outcome }) => outcome !== undefined).length,
    ).toBeGreaterThan(2);
  });
});
