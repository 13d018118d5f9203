import { aBloodGlucoseMeter, recordId, text } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { csvLines } from '../src/wire/csv.js';
import { type Call, clientOf } from './support/client.js';
import { addReadings } from './support/meters.js';
import { testApp } from './support/test-app.js';
import { tokenFor } from './support/tokens.js';

const SEARCH = '/dhos/v1/telemetry/blood_glucose_meters';
const REPORT = '/dhos/v1/telemetry/reports/meter_verification';
const metadata = { clinician_id: 'qa' };

let call: Call;
let fleet: string;
let reports: string;

beforeEach(async () => {
  const { app, store } = testApp();
  call = clientOf(app);
  fleet = await tokenFor({ scope: 'read:gdm_telemetry_fleet', metadata });
  reports = await tokenFor({ scope: 'read:gdm_telemetry_reports', metadata });
  await addReadings(store);
});

const results = (json: Record<string, unknown>) => json['results'] as Record<string, unknown>[];

describe('the search for meters', () => {
  const search = async (query: string) => call('GET', `${SEARCH}${query}`, { token: fleet });

  it('finds all of them, the one verified last first, and counts them', async () => {
    const { status, json } = await search('?page_size=1000&total=true');
    expect(status).toBe(200);
    const dates = results(json).map((record) => record['date_verified']);
    expect(dates).toEqual([...dates].sort().reverse());
    expect(json).toMatchObject({ next_page_token: null, total: { count: 80, exact: true } });
    expect((await search('?page_size=1')).json).not.toHaveProperty('total');
  });

  it('counts to 10,000, and says whether there are more', async () => {
    const { app, store } = testApp();
    call = clientOf(app);
    for (let index = 0; index < 10_001; index++) {
      const serialNumber = text(index === 0 ? 'first' : 'other');
      await store.meters.add(aBloodGlucoseMeter({ id: recordId(`m${index}`), serialNumber }));
    }
    const total = async (query: string) => (await search(`?total=true&page_size=1${query}`)).json['total'];
    expect(await total('&serial_number=other')).toEqual({ count: 10_000, exact: true });
    expect(await total('')).toEqual({ count: 10_000, exact: false });
  });

  it('is walked oldest first by its links', async () => {
    const ids: unknown[] = [];
    for (
      let path: string | undefined =
        `${SEARCH}?sort=date_verified&page_size=30&serial_number=SN-1-1&patient_id=p1&patient_id=p2`;
      path;
    ) {
      const answer = await call('GET', path, { token: fleet });
      ids.push(...results(answer.json).map(({ date_verified }) => date_verified));
      path = /^<(.+)>/.exec(answer.headers.get('Link') ?? '')?.[1];
    }
    expect(ids.length).toBeGreaterThan(3);
    expect(ids).toEqual([...ids].sort());
  });

  it.each([
    ['?app_version_from=4.3', 16],
    ['?app_version_below=4.10', 64],
    ['?model=FP4&is_bg_value_correct=true&is_bg_value_correct=none', 20],
    ['?model=nothing', 0],
    ['?verified_from=2022-01-02T00:00:00%2B00:00&verified_before=2022-01-03T00:00:00Z', 3],
    ['?latest=told&patient_id=p0', 3],
  ])('filters: %s', async (query, count) => {
    expect((await search(`${query}&total=true`)).json['total']).toEqual({ count, exact: true });
  });

  it.each([
    ['?app_version_from=latest', '?app_version_from'],
    ['?is_bg_value_correct=yes', '?is_bg_value_correct'],
    ['?latest=newest', '?latest'],
    ['?sort=serial_number', '?sort'],
    ['?verified_from=2022-01-02', '?verified_from'],
    ['?phone=x', '?phone'],
  ])('refuses %s', async (query, path) => {
    const { status, json } = await search(query);
    expect(status).toBe(400);
    expect(json['errors']).toMatchObject([{ path }]);
  });

  it('needs the scope of the fleet: that of reports does not do', async () => {
    expect((await call('GET', SEARCH, { token: reports })).status).toBe(403);
  });
});

describe('the report of meters', () => {
  const report = async (query: string, accept?: string) =>
    call('GET', `${REPORT}${query}`, { token: fleet, ...(accept && { headers: { Accept: accept } }) });

  it.each([
    '?by=app_version',
    '?by=serial_number&top=5',
    '?by=model',
    '?by=model&unit=reading',
    '?by=phone_os&app_product=GDM',
    '?by=model&from=2022-01-03&to=2022-01-20',
    '?by=model&from=0001-01-01&to=9999-12-31',
  ])('adds up, and each group opens to exactly its readings: %s', async (query) => {
    const { json } = await report(query);
    const groups = results(json);
    const other = json['other'] as { told: number; disagree: number };
    for (const figure of ['told', 'disagree'] as const) {
      const sum = groups.reduce((total, group) => total + Number(group[figure]), other[figure]);
      expect(sum, figure).toBe(json[figure]);
    }
    for (const group of groups) {
      if (group['search'] === null) expect(group['model'] ?? group['phone_os'] ?? null).toBeNull();
      else {
        const found = await call('GET', `${group['search']}&page_size=1000`, { token: fleet });
        const correct = results(found.json).map((record) => record['is_bg_value_correct']);
        expect(correct).toHaveLength(Number(group['told']));
        expect(correct.filter((value) => value === false)).toHaveLength(Number(group['disagree']));
      }
    }
  });

  it('flags the model whose meters disagree, with its interval', async () => {
    const [first, ...others] = results((await report('?by=model&unit=reading')).json);
    expect(first).toMatchObject({ model: 'iPhone14,5', flag: 'high' });
    expect(Number(first?.['low'])).toBeLessThan(Number(first?.['rate']));
    expect(Number(first?.['high'])).toBeGreaterThan(Number(first?.['rate']));
    expect(others.map(({ model }) => model)).toContain(null);
  });

  it('has only the overall figures without a dimension, and none without readings', async () => {
    expect((await report('')).json).toMatchObject({ unit: 'meter', results: [], other: { groups: 0 } });
    expect((await report('?app_product=none')).json).toMatchObject({ told: 0, disagree: 0, rate: null, low: null });
  });

  it('is CSV where that is preferred, with texts that are no formulas', async () => {
    const answer = await report('?by=model', 'application/json;q=0.5, text/csv');
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('Vary')).toBe('Accept');
    const [head, ...lines] = answer.text.trimEnd().split('\r\n');
    expect(head).toBe('model,told,disagree,rate,low,high,p_value,q_value,flag,search');
    expect(lines.filter((line) => line.startsWith("'=evil(),"))).toHaveLength(1);
    expect(
      lines.filter((line) => line.startsWith(',')),
      'the phones that are not known',
    ).toHaveLength(1);
  });

  it.each([
    undefined,
    '*/*',
    'text/csv, application/json',
    'text/html',
    'text/csv;q=0',
    'application/json, text/csv;q=0.9',
  ])('is JSON where CSV is not preferred: Accept %s', async (accept) => {
    const answer = await report('', accept);
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(answer.headers.get('Vary')).toBe('Accept');
  });

  it('by serial number needs the scope of the fleet', async () => {
    expect((await call('GET', `${REPORT}?by=model`, { token: reports })).status).toBe(200);
    const refused = await call('GET', `${REPORT}?by=serial_number&top=0`, { token: reports });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('WWW-Authenticate')).toContain('read:gdm_telemetry_fleet');
  });

  it.each([
    ['?by=patient_id', ['?by']],
    ['?from=2022-01-02&to=2022-01-01', ['?from']],
    ['?to=10000-01-01', ['?to']],
    ['?top=0&unit=person&from=2022', ['?from', '?unit', '?top']],
  ])('refuses %s', async (query, paths) => {
    const { status, json } = await report(query);
    expect(status).toBe(400);
    expect((json['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual([...paths].sort());
  });
});

it('CSV guards texts and never numbers', () => {
  const texts = ['=1', '+1', '-1', '@a', '\ta', '\ra', 'a=1', '', '"a"', 'a,b', "'=1"];
  expect(csvLines([[...texts, -1.5, null, true]])).toBe(
    `'=1,'+1,'-1,'@a,'\ta,"'\ra",a=1,,"""a""","a,b",'=1,-1.5,,true\r\n`,
  );
});
