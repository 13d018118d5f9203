import type { Adoption, Breakdown, MeterVerification, Outdated, Products, Releases } from '@polaris-telemetry/client';
import { describe, expect, it } from 'vitest';
import { adoptionFinding } from './adoption.js';
import { breakdownFinding } from './breakdown.js';
import { metersFinding } from './meters.js';
import { outdatedFinding } from './outdated.js';
import { productsFinding } from './products.js';
import { releaseFinding, releasesFinding } from './releases.js';

/** Sentences with plain spaces, as people read them. */
const read = (sentence: string) => sentence.replaceAll('\u00a0', ' ');
const AS_OF = '2026-11-26T08:59:06.428Z';

describe('products', () => {
  const product = (audience: 'patient' | 'clinician', app_product: string, people: number) => ({
    audience,
    app_product,
    people,
    installations: people,
    search: null,
  });
  const say = (results: Products['results'], more?: number) =>
    read(productsFinding({ as_of: AS_OF, results, ...(more !== undefined && { more }) }));

  it('says who uses the first one, most people first', () => {
    expect(say([product('clinician', 'GDM', 8), product('patient', 'GDM', 40)])).toBe(
      'GDM is used by 40 patients and 8 clinicians.',
    );
    expect(say([product('patient', 'GDM', 1)])).toBe('GDM is used by 1 patient.');
  });

  it('counts the others, left out ones too', () => {
    expect(say([product('patient', 'GDM', 2), product('patient', 'SEND', 1)])).toBe(
      'GDM is used by 2 patients; there is 1 more product.',
    );
    expect(say([product('patient', 'GDM', 2), product('patient', 'SEND', 1)], 7)).toBe(
      'GDM is used by 2 patients; there are 8 more products.',
    );
    expect(say([])).toBe('Nothing is installed yet.');
  });
});

describe('adoption', () => {
  const report = (people: number[], series: Record<string, number[]>): Adoption => ({
    as_of: AS_OF,
    audience: 'patient',
    app_product: 'GDM',
    interval: 'day',
    days: ['2026-08-29', '2026-10-01', '2026-11-26'].slice(0, people.length),
    people,
    series: Object.entries(series).map(([app_version, counts]) => ({ app_version, people: counts })),
    other: { versions: 0, people: people.map(() => 0) },
    unknown: people.map(() => 0),
    clock_suspect: 0,
    complete_since: null,
  });

  it('names the version that gained most, not the one that most people have', () => {
    expect(read(adoptionFinding(report([40, 40, 40], { '4.2.0': [0, 4, 12], '4.1.0': [30, 29, 28] })))).toBe(
      '4.2.0 went from 0 to 12 of 40 patients (30 %) between 29 Aug 2026 and 26 Nov 2026.',
    );
  });

  it('says so when no version gained, or no one is left', () => {
    expect(read(adoptionFinding(report([40, 39, 38], { '4.1.0': [40, 39, 38] })))).toBe(
      'No version gained patients between 29 Aug 2026 and 26 Nov 2026.',
    );
    expect(read(adoptionFinding(report([1, 0, 0], { '4.1.0': [1, 0, 0] })))).toBe(
      'No patient had it at the end of 26 Nov 2026.',
    );
  });
});

describe('releases', () => {
  const release = (over: Partial<Releases['results'][number]>): Releases['results'][number] => ({
    app_version: '4.2.0',
    ordered: true,
    first_day: '2026-09-09',
    last_day: null,
    people: 28,
    share: 0.7,
    peak_people: 28,
    peak_day: '2026-11-25',
    days_to_10_percent: 2,
    days_to_50_percent: 12,
    days_to_90_percent: null,
    search: null,
    ...over,
  });
  const say = (over: Partial<Releases['results'][number]>) => read(releaseFinding(release(over), AS_OF, 'patient'));

  it('says how fast it reached half of the people, and nine of ten', () => {
    expect(say({})).toBe('4.2.0 reached half of the patients in 12 days.');
    expect(say({ days_to_50_percent: 1 })).toBe('4.2.0 reached half of the patients in 1 day.');
    expect(say({ days_to_50_percent: 0, days_to_90_percent: 30 })).toBe(
      '4.2.0 reached half of the patients on its first day and nine of ten in 30 days.',
    );
  });

  it('says how far it is, or that it is over', () => {
    expect(say({ days_to_50_percent: null, share: 0.2 })).toBe(
      '20 % of the patients run 4.2.0, 78 days after its first; it has not reached half of them.',
    );
    expect(say({ days_to_50_percent: null, last_day: '2026-10-01', people: 0, share: 0 })).toBe(
      '4.2.0 never reached half of the patients; the last patient left it after 1 Oct 2026.',
    );
  });

  it('speaks of the newest that a tenth of the people reached, and says how far a newer one is', () => {
    const results = [
      release({ app_version: '4.3.0-rc.1', share: 0.02, days_to_10_percent: null, days_to_50_percent: null }),
      release({}),
    ];
    expect(read(releasesFinding({ as_of: AS_OF, people: 40, complete_since: null, results }, 'patient'))).toBe(
      '4.2.0 reached half of the patients in 12 days. The newest, 4.3.0-rc.1, has 2 % after 78 days.',
    );
  });

  it('speaks of the newest that has a place in the order', () => {
    const results = [release({ app_version: 'nightly', ordered: false }), release({ app_version: '4.1.0' })];
    const report = { as_of: AS_OF, people: 40, complete_since: null, results };
    expect(read(releasesFinding(report, 'clinician'))).toBe('4.1.0 reached half of the clinicians in 12 days.');
    expect(read(releasesFinding({ ...report, results: [] }, 'patient'))).toBe(
      'No patient has had it at the end of a day yet.',
    );
  });
});

describe('outdated', () => {
  const report = (over: Partial<Outdated>): Outdated => ({
    as_of: AS_OF,
    people: 40,
    people_below: 12,
    share: 0.3,
    unordered: 0,
    search: null,
    results: [],
    ...over,
  });

  it('says how many are behind, and who may be', () => {
    expect(read(outdatedFinding(report({}), '4.2.0', 'patient'))).toBe(
      '12 of 40 patients (30 %) run a version below 4.2.0.',
    );
    expect(read(outdatedFinding(report({ people_below: 0, share: 0 }), '4.2.0', 'clinician'))).toBe(
      'No clinician runs a version below 4.2.0.',
    );
    expect(read(outdatedFinding(report({ people_below: 1, share: 0.025, unordered: 1 }), '4', 'patient'))).toBe(
      '1 of 40 patients (3 %) runs a version below 4. 1 patient runs a version that has no place in the order, and may be behind too.',
    );
  });
});

it('a breakdown names its largest group', () => {
  const group = { model: 'SM-A528B', app_version: '', people: 9, share: 0.225, search: null };
  const report: Breakdown = { as_of: AS_OF, people: 40, results: [group], other: { groups: 3, people: 4 } };
  expect(read(breakdownFinding(report, ['model', 'app_version'], 'patient'))).toBe(
    'SM-A528B, (empty) is the largest group: 9 of 40 patients (23 %).',
  );
  const tied = { ...report, results: [group, { ...group, model: 'b' }, { ...group, model: 'c', people: 8 }] };
  expect(read(breakdownFinding(tied, ['model'], 'patient'))).toBe(
    'SM-A528B and 1 other are the largest groups: 9 of 40 patients (23 %) each.',
  );
  expect(read(breakdownFinding({ ...report, people: 0, results: [] }, ['model'], 'patient'))).toBe(
    'No patient matches.',
  );
});

describe('meters', () => {
  const group = (model: string | null, told: number, disagree: number, flag: 'high' | 'too_few' | null) => ({
    model,
    told,
    disagree,
    rate: disagree / told,
    low: 0,
    high: 1,
    p_value: null,
    q_value: null,
    flag,
    search: null,
  });
  const report = (results: MeterVerification['results']): MeterVerification => ({
    as_of: AS_OF,
    unit: 'meter',
    told: 37,
    disagree: 5,
    rate: 5 / 37,
    low: 0.05913,
    high: 0.27977,
    results,
    other: { groups: 0, told: 0, disagree: 0 },
  });
  const overall = 'Patients disagree with 5 of 37 meters (13.5 %; 95 % interval 5.9–28.0 %).';

  it('names the group that stands out, and counts the others', () => {
    expect(read(metersFinding(report([group('SM-A528B', 12, 5, 'high'), group('b', 8, 0, null)]), 'model'))).toBe(
      `${overall} Phone model SM-A528B disagrees more than the rest: 5 of 12.`,
    );
    expect(read(metersFinding(report([group(null, 12, 5, 'high'), group('b', 8, 4, 'high')]), 'model'))).toBe(
      `${overall} The group of unknown phones disagrees more than the rest: 5 of 12. So does 1 other.`,
    );
  });

  it('says that none does', () => {
    expect(read(metersFinding(report([group('b', 8, 0, null)]), 'model'))).toBe(
      `${overall} No phone model stands out.`,
    );
    expect(read(metersFinding(report([])))).toBe(overall);
    expect(metersFinding({ ...report([]), told: 0, rate: null, low: null, high: null })).toBe(
      'No patient has judged a reading yet.',
    );
  });
});
