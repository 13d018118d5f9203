import type { Adoption, Breakdown, MeterVerification, Outdated, Products, Releases } from '@polaris-telemetry/client';
import { problem, type Script } from './scripted-api.js';

const AS_OF = '2026-11-26T08:59:06.428Z';
const PEOPLE = '/dhos/v1/telemetry/patients?app_product=GDM';
const METERS = '/dhos/v1/telemetry/blood_glucose_meters?latest=told';

const products: Products = {
  as_of: AS_OF,
  results: [
    {
      audience: 'clinician',
      app_product: 'GDM',
      people: 8,
      installations: 19,
      search: '/dhos/v1/telemetry/clinicians?app_product=GDM',
    },
    { audience: 'patient', app_product: 'GDM', people: 40, installations: 123, search: PEOPLE },
  ],
};

const DAYS = ['2026-11-15', '2026-11-22', '2026-11-26'];

/** @param newest the name of the newest version */
export function adoptionReport(newest = '4.2.0', days: readonly string[] = DAYS): Adoption {
  const series = [
    { app_version: newest, people: days.map((_, index) => Math.round((28 * (index + 1)) / days.length)) },
    { app_version: '4.1.0', people: days.map((_, index) => 37 - Math.round((28 * (index + 1)) / days.length)) },
  ];
  return {
    as_of: AS_OF,
    audience: 'patient',
    app_product: 'GDM',
    interval: 'week',
    days: [...days],
    people: days.map(() => 40),
    series,
    other: { versions: 2, people: days.map(() => 2) },
    unknown: days.map(() => 1),
    clock_suspect: 3,
    complete_since: '2026-11-20',
  };
}

function releasesReport(newest: string): Releases {
  const old = { ordered: true, last_day: null, peak_day: '2026-11-15', days_to_90_percent: null };
  return {
    as_of: AS_OF,
    people: 40,
    complete_since: null,
    results: [
      {
        ...old,
        app_version: newest,
        first_day: '2026-11-15',
        people: 28,
        share: 0.7,
        peak_people: 28,
        days_to_10_percent: 0,
        days_to_50_percent: 7,
        search: `${PEOPLE}&app_version=${encodeURIComponent(newest)}`,
      },
      {
        ...old,
        app_version: '4.1.0',
        first_day: '2026-11-01',
        people: 9,
        share: 0.225,
        peak_people: 36,
        days_to_10_percent: 1,
        days_to_50_percent: 2,
        search: `${PEOPLE}&app_version=4.1.0`,
      },
    ],
    more: 3,
  };
}

const outdated: Outdated = {
  as_of: AS_OF,
  people: 40,
  people_below: 12,
  share: 0.3,
  unordered: 0,
  search: `${PEOPLE}&app_version_below=4.2.0`,
  results: [{ app_version: '4.1.0', people: 9, search: `${PEOPLE}&app_version=4.1.0` }],
};

function breakdownReport(url: URL, newest: string): Breakdown {
  const names = url.searchParams.get('by')?.split(',') ?? [];
  const texts = Object.fromEntries(names.map((name) => [name, name === 'app_version' ? newest : `a ${name}`]));
  const search = `${PEOPLE}&${new URLSearchParams(texts)}`;
  return {
    as_of: AS_OF,
    people: 40,
    results: [{ ...texts, people: 28, share: 0.7, search }],
    other: { groups: 1, people: 12 },
  };
}

function meterReport(url: URL, newest: string): MeterVerification {
  const by = url.searchParams.get('by') ?? 'model';
  const figures = { rate: 0, low: 0, high: 0.32440756488388023, p_value: 1, q_value: 1 };
  const groups = [
    {
      [by]: newest,
      told: 12,
      disagree: 5,
      rate: 5 / 12,
      low: 0.19326031365875657,
      high: 0.6804886874504502,
      p_value: 0.0018,
      q_value: 0.00545,
      flag: 'high' as const,
      search: `${METERS}&model=m`,
    },
    { [by]: 'SM-G991B', told: 8, disagree: 0, ...figures, flag: null, search: `${METERS}&model=SM-G991B` },
    {
      [by]: null,
      told: 2,
      disagree: 0,
      ...figures,
      p_value: null,
      q_value: null,
      flag: 'too_few' as const,
      search: null,
    },
  ];
  return {
    as_of: AS_OF,
    unit: url.searchParams.get('unit') === 'reading' ? 'reading' : 'meter',
    told: 22,
    disagree: 5,
    rate: 5 / 22,
    low: 0.1,
    high: 0.43,
    results: groups,
    other: { groups: 0, told: 0, disagree: 0 },
  };
}

interface Fleet {
  /** The name of the newest version, and of the phone that meters disagree on. */
  readonly newest?: string;
  /** Reports that fail, by the last segment of their path: status, and what the problem says. */
  readonly failing?: Readonly<Record<string, readonly [status: number, detail: string]>>;
}

/** An API whose reports are those of a small fleet. */
export function reportsOf({ newest = '4.2.0', failing = {} }: Fleet = {}): Script {
  const reports: Readonly<Record<string, (url: URL) => unknown>> = {
    products: () => products,
    adoption: () => adoptionReport(newest),
    releases: () => releasesReport(newest),
    outdated: () => outdated,
    breakdown: (url) => breakdownReport(url, newest),
    meter_verification: (url) => meterReport(url, newest),
  };
  return (url, init) => {
    const name = url.pathname.split('/').at(-1) ?? '';
    const failure = failing[name];
    if (failure !== undefined) return problem(...failure);
    if (new Headers(init.headers).get('accept') === 'text/csv') {
      return new Response(`${name},people\r\n`, {
        headers: { 'Content-Type': 'text/csv; charset=utf-8; header=present' },
      });
    }
    return reports[name]?.(url) ?? problem(404, 'No such report.');
  };
}
