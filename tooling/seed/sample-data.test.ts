import { describe, expect, test } from 'vitest';
import { Random } from './random.ts';
import { type SamplePerson, samplePeople } from './sample-data.ts';

const SIZE = { patients: 60, clinicians: 12 };
const people = samplePeople(new Random('demo'), SIZE);
const firstUse = (person: SamplePerson) =>
  person.installations.map((body) => Date.parse(String(body['date_first_launched'] ?? body['date_first_used'])));

describe('sample data', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(samplePeople(new Random('demo'), SIZE)).toEqual(people);
    expect(samplePeople(new Random('other'), SIZE)[0]?.id).not.toBe(people[0]?.id);
  });

  test('more people leave the first ones as they were', () => {
    expect(samplePeople(new Random('demo'), { ...SIZE, patients: 90 }).slice(0, 60)).toEqual(people.slice(0, 60));
  });

  test('belong to as many people as asked for, each with an id of their own', () => {
    expect(new Set(people.map(({ id }) => id)).size).toBe(72);
    expect(people.filter(({ kind }) => kind === 'clinician')).toHaveLength(12);
  });

  test('tell of upgrades in the order in which they happened, over months', () => {
    for (const person of people) {
      const moments = firstUse(person);
      expect(moments.every(Number.isFinite)).toBe(true);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
    }
    const all = people.flatMap(firstUse);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(180 * 24 * 60 * 60 * 1000);
  });

  test('hold meters that agree, that do not, and that nobody confirmed', () => {
    const outcomes = people.flatMap(({ meters }) => meters.map((meter) => meter['is_bg_value_correct']));
    expect(new Set(outcomes)).toEqual(new Set([true, false, null]));
    expect(outcomes.filter((outcome) => outcome === true).length).toBeGreaterThan(outcomes.length / 2);
  });
});
