import { actor, type FirstUse, instant, ownerId, recordId, text } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { addUsed, PEOPLE } from './support/people.js';
import { testApp } from './support/test-app.js';
import { tokenFor } from './support/tokens.js';

type Json = Readonly<Record<string, unknown>>;

const metadata = { clinician_id: 'analyst' };
const fleet = tokenFor({ scope: 'read:gdm_telemetry_fleet', metadata });
const reports = tokenFor({ scope: 'read:gdm_telemetry_reports', metadata });
const REPORTS = ['products', 'adoption', 'releases', 'breakdown', 'outdated'];

let call: Call;

const report = async (name: string, query: string, accept?: string) =>
  call('GET', `/dhos/v1/telemetry/reports/${name}${query}`, {
    token: await reports,
    ...(accept && { headers: { Accept: accept } }),
  });
const results = (json: Json) => json['results'] as Json[];
const sum = (numbers: readonly unknown[]) => numbers.reduce<number>((total, each) => total + Number(each), 0);

/** How many people a figure's search finds. */
async function found(search: unknown): Promise<number> {
  const { status, json } = await call('GET', `${String(search)}&page_size=1000&total=true`, { token: await fleet });
  expect(status).toBe(200);
  const { count } = json['total'] as { count: number };
  expect(results(json)).toHaveLength(count);
  return count;
}

const VERSIONS = ['4.0', '4.1', '4.1.0', '4.2.0-beta', '4.2', '4.10', 'dev', ''];

describe.each(PEOPLE)('the reports on each $person', ({ person, system }) => {
  const about = `?audience=${person}&app_product=GDM`;
  const [os, osVersion] = person === 'patient' ? ['phoneOs', 'phoneOsVersion'] : ['desktopOs', 'desktopOsVersion'];

  beforeEach(async () => {
    const { app, store } = testApp();
    call = clientOf(app);
    const used = Array.from({ length: 60 }, (_, index): FirstUse => {
      const created = `2023-0${1 + (index % 4)}-${10 + (index % 17)}T12:00:00Z`;
      return {
        id: `r${index}`,
        owner: `o${index % 40}`,
        at: index % 13 === 0 ? '1970-01-01T00:00:00Z' : created,
        created,
        // Changed before revisions were kept.
        modified: index % 11 === 0 ? '2023-05-01T00:00:00Z' : created,
        texts: {
          appProduct: index % 7 === 0 ? 'OTHER' : 'GDM',
          appVersion: VERSIONS[index % VERSIONS.length] ?? '',
          uniqueDeviceCode: `device ${index % 3}`,
          [os]: index % 5 === 0 ? '=evil()' : 'A & B',
          [osVersion]: String(9 + (index % 4)),
        },
      };
    });
    await addUsed(store, person, used);
    const repository = person === 'patient' ? store.patientInstallations : store.clinicianInstallations;
    for (let index = 0; index < 60; index += 4) {
      const change = {
        fields: { device: { appVersion: text('4.10') } },
        at: instant('2023-05-03T08:00:00Z'),
        by: actor('x'),
      };
      await repository.update({ ownerId: ownerId(`o${index % 40}`), id: recordId(`r${index}`) }, change as never);
    }
  });

  it('products: each opens to its people', async () => {
    const { status, json } = await report('products', '');
    expect(status).toBe(200);
    expect(results(json).map(({ audience, app_product }) => [audience, app_product])).toEqual([
      [person, 'GDM'],
      [person, 'OTHER'],
    ]);
    for (const { people, search } of results(json)) expect(await found(search)).toBe(people);
    expect(sum(results(json).map(({ installations }) => installations))).toBe(60);
  });

  it.each(['app_version', system, `${system}_version,app_version`, `app_version,${system},${system}_version`])(
    'breakdown by %s adds up, and each group opens to its people',
    async (by) => {
      for (const more of ['', '&top=2', '&app_version_below=4.2', '&since_from=2023-02-01T00:00:00%2B01:00&top=3']) {
        const { status, json } = await report('breakdown', `${about}&by=${by}${more}`);
        expect(status).toBe(200);
        const other = json['other'] as { groups: number; people: number };
        expect(sum(results(json).map(({ people }) => people)) + other.people).toBe(json['people']);
        expect(other.groups > 0).toBe(other.people > 0);
        for (const result of results(json)) {
          expect(Object.keys(result)).toEqual([...by.split(','), 'people', 'share', 'search']);
          expect(result['share']).toBe(Number(result['people']) / Number(json['people']));
          expect(await found(result['search'])).toBe(result['people']);
        }
      }
    },
  );

  it.each(['4.2', '4.1.0', '5', '1', 'v4.10+x y'])('outdated below %s opens to its people', async (below) => {
    const { status, json } = await report('outdated', `${about}&below=${encodeURIComponent(below)}`);
    expect(status).toBe(200);
    expect(await found(json['search'])).toBe(json['people_below']);
    expect(sum(results(json).map(({ people }) => people))).toBe(json['people_below']);
    expect(json['share']).toBe(Number(json['people_below']) / Number(json['people']));
    for (const { people, search } of results(json)) expect(await found(search)).toBe(people);
    const versions = results(json).map(({ app_version }) => app_version);
    expect(versions).toEqual(
      ['4.0', '4.1', '4.1.0', '4.2.0-beta', '4.2', '4.10'].filter((each) => versions.includes(each)),
    );
    const unordered = await found(`/dhos/v1/telemetry/${person}s?app_product=GDM&app_version=&app_version=dev`);
    expect(json['unordered']).toBe(unordered);
  });

  it.each(['releases', 'adoption'])('%s: the day on which revisions began to be kept', async (name) => {
    const { app, store } = testApp();
    call = clientOf(app);
    const { patients, clinicians } = store.queries.reports;
    for (const queries of [patients, clinicians]) {
      const { readHistory } = queries;
      queries.readHistory = async (request) => ({ ...(await readHistory(request)), completeSince: 19_417 });
    }
    expect((await report(name, about)).json['complete_since']).toBe('2023-03-01');
  });

  it('releases: their people add up to those who have the product, and each opens to them', async () => {
    const { status, json } = await report('releases', about);
    expect(status).toBe(200);
    expect(sum(results(json).map(({ people }) => people))).toBe(json['people']);
    for (const { people, search } of results(json)) expect(await found(search)).toBe(people);
    const versions = results(json).map(({ app_version }) => app_version);
    expect(versions).toEqual(['4.10', '4.2', '4.2.0-beta', '4.1.0', '4.1', '4.0', '', 'dev']);
    expect(results(json)[0]).toMatchObject({ ordered: true, last_day: null, days_to_10_percent: expect.any(Number) });
    expect(results(json).at(-1)).toMatchObject({ app_version: 'dev', ordered: false });
    expect(json).not.toHaveProperty('more');
  });

  it.each(['', '&interval=week', '&interval=month&from=2023-01-01&top=2', '&from=2023-01-01&to=2023-04-30&top=50'])(
    'adoption%s adds up on every day',
    async (more) => {
      const { status, json } = await report('adoption', `${about}${more}`);
      expect(status).toBe(200);
      const { days, people, series, other, unknown } = json as {
        days: string[];
        people: number[];
        series: { people: number[] }[];
        other: { people: number[] };
        unknown: number[];
      };
      for (const index of days.keys()) {
        const parts = [...series.map((each) => each.people[index]), other.people[index], unknown[index]];
        expect(sum(parts)).toBe(people[index]);
      }
      expect(sum(unknown)).toBeGreaterThan(0);
      expect(json).toMatchObject({ audience: person, app_product: 'GDM', complete_since: null });
      expect(Number(json['clock_suspect'])).toBeGreaterThan(0);
    },
  );

  it('adoption of today is what the search finds now', async () => {
    const { json } = await report('adoption', `${about}&from=2023-05-06&top=50`);
    expect(json['days']).toEqual(['2023-05-06']);
    const search = `/dhos/v1/telemetry/${person}s?app_product=GDM`;
    for (const { app_version, people } of json['series'] as { app_version: string; people: number[] }[]) {
      expect(await found(`${search}&app_version=${app_version}`)).toBe(people[0]);
    }
    expect((json['people'] as number[])[0]).toBe(await found(search));
  });

  it('are CSV where that is preferred', async () => {
    const lines = async (name: string, query: string) =>
      (await report(name, query, 'text/csv')).text.trimEnd().split('\r\n');
    expect((await lines('products', ''))[1]).toMatch(new RegExp(`^${person},GDM,\\d+,\\d+,/dhos/`));
    expect((await lines('adoption', `${about}&from=2023-05-05&top=2`)).length).toBe(1 + 2 * 2);
    expect((await lines('adoption', about))[0]).toBe('day,app_version,people');
    const broken = await lines('breakdown', `${about}&by=${system}`);
    expect(broken[0]).toBe(`${system},people,share,search`);
    expect(broken.filter((line) => line.startsWith("'=evil(),"))).toHaveLength(1);
    expect((await lines('outdated', `${about}&below=5`))[0]).toBe('app_version,people,search');
    const releases = await lines('releases', about);
    expect(releases[0]).toBe(
      'app_version,ordered,first_day,last_day,people,share,peak_people,peak_day,days_to_10_percent,days_to_50_percent,days_to_90_percent,search',
    );
    expect(releases[1]).toMatch(/^4\.10,true,2023-\d\d-\d\d,,\d+,0\.\d+,/);
  });

  it('are empty for a product that no one has', async () => {
    const nobody = `?audience=${person}&app_product=`;
    expect((await report('releases', nobody)).json).toMatchObject({ people: 0, results: [] });
    expect((await report('outdated', `${nobody}&below=1`)).json).toMatchObject({ people: 0, share: 0, results: [] });
    expect((await report('breakdown', `${nobody}&by=app_version`)).json).toMatchObject({
      people: 0,
      results: [],
      other: { groups: 0, people: 0 },
    });
    expect((await report('adoption', `${nobody}&from=2023-05-06`)).json).toMatchObject({
      people: [0],
      series: [],
      other: { versions: 0, people: [0] },
      unknown: [0],
    });
  });

  it('count a device’s people for those who may search alone', async () => {
    const query = `${about}&by=app_version&unique_device_code=device%201`;
    const refused = await report('breakdown', `${query}&top=0`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('WWW-Authenticate')).toContain('read:gdm_telemetry_fleet');
    const { json } = await call('GET', `/dhos/v1/telemetry/reports/breakdown${query}`, { token: await fleet });
    for (const { people, search } of results(json)) expect(await found(search)).toBe(people);
  });
});

describe('the reports', () => {
  beforeEach(() => {
    call = clientOf(testApp().app);
  });

  it.each([
    ['products', '?audience=patient', ['?audience']],
    ['adoption', '', ['?app_product', '?audience']],
    ['adoption', '?audience=patient&app_product=&from=2023-05-07', ['?from']],
    ['adoption', '?audience=patient&app_product=&to=2023-05-07&top=0&x=1', ['?to', '?top', '?x']],
    ['adoption', '?audience=all&app_product=&from=2023-02-02&to=2023-02-01', ['?audience', '?from']],
    ['adoption', '?audience=patient&app_product=&from=2020-02-02&top=51', ['?from', '?top']],
    ['adoption', '?audience=patient&app_product=&from=2023-02-30&interval=year', ['?from', '?interval']],
    ['adoption', '?from=2023-02-30&to=9000-01-01', ['?app_product', '?audience', '?from', '?to']],
    ['releases', '?audience=patient', ['?app_product']],
    ['outdated', '?audience=patient&app_product=GDM', ['?below']],
    ['outdated', '?audience=patient&app_product=GDM&below=latest', ['?below']],
    ['outdated', '?audience=patient&app_product=GDM&below=1&below=2', ['?below']],
    ['breakdown', '?app_product=GDM', ['?audience', '?by']],
    ['breakdown', '?audience=patient&app_product=GDM&by=desktop_os', ['?by']],
    ['breakdown', '?audience=clinician&app_product=GDM&by=model', ['?by']],
    ['breakdown', '?audience=clinician&app_product=GDM&by=desktop_os&phone_os=x', ['?phone_os']],
    ['breakdown', '?audience=patient&app_product=GDM&by=unique_device_code', ['?by']],
    ['breakdown', '?audience=patient&app_product=GDM&by=', ['?by']],
    ['breakdown', '?audience=patient&app_product=GDM&by=model,model', ['?by']],
    ['breakdown', '?audience=patient&app_product=GDM&by=model,phone_os,manufacturer,app_version', ['?by']],
    ['breakdown', '?audience=patient&app_product=GDM&by=model,phone_os&phone_os=x&top=1001', ['?phone_os', '?top']],
    ['breakdown', '?audience=patient&app_product=GDM&by=model&patient_id=x', ['?patient_id']],
    ['breakdown', '?audience=patient&app_product=GDM&by=model&app_version_from=dev', ['?app_version_from']],
    ['breakdown', '?audience=patient&audience=patient&app_product=GDM&by=model', ['?audience']],
  ])('%s refuses %s, all faults at once', async (name, query, paths) => {
    const { status, json } = await report(name, query);
    expect(status).toBe(400);
    expect((json['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual(paths);
  });

  it('say that a parameter is required', async () => {
    const { json } = await report('releases', '?app_product=GDM');
    expect(json['errors']).toEqual([{ path: '?audience', message: 'Required' }]);
  });

  it.each(REPORTS)('%s has neither ETag nor another answer to conditions', async (name) => {
    const query = name === 'products' ? '' : '?audience=patient&app_product=GDM';
    const more = { breakdown: '&by=model', outdated: '&below=4.2' }[name] ?? '';
    const answer = await call('GET', `/dhos/v1/telemetry/reports/${name}${query}${more}`, {
      token: await reports,
      headers: { 'If-None-Match': '*' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('ETag')).toBe(false);
    expect(answer.headers.get('Vary')).toBe('Accept');
  });

  it('are kept by question and format, and shown only to those who may ask', async () => {
    const { store, dependencies } = testApp();
    const { useCases } = dependencies;
    const kept = new Map<string, object>();
    async function once<Made extends object>(question: string, work: () => Promise<Made>): Promise<Made> {
      const answer = kept.get(question) ?? (await work());
      kept.set(question, answer);
      return answer as Made;
    }
    call = clientOf(testApp({ useCases: { ...useCases, reports: { ...useCases.reports, once } } }).app);
    const at = '2023-01-01T00:00:00Z';
    await addUsed(store, 'patient', [{ id: 'r1', owner: 'o1', at, texts: { appProduct: 'GDM', appVersion: '4.1' } }]);
    const releasesOf = (product: string, type?: string) =>
      report('releases', `?audience=patient&app_product=${product}`, type);
    const first = await releasesOf('GDM');
    expect(first.json).toMatchObject({ people: 1 });
    expect((await releasesOf('GDM', 'text/csv')).text).toContain('\r\n4.1,true,');
    expect((await releasesOf('SEND')).json).toMatchObject({ people: 0 });
    await addUsed(store, 'patient', [{ id: 'r2', owner: 'o2', at, texts: { appProduct: 'GDM', appVersion: '4.1' } }]);
    expect((await releasesOf('GDM')).text).toBe(first.text);
    const path = '/dhos/v1/telemetry/reports/meter_verification?by=serial_number';
    expect((await call('GET', path, { token: await fleet })).status).toBe(200);
    expect((await call('GET', path, { token: await reports })).status).toBe(403);
  });

  it('keep to 8 MiB: what there is no room for counts as other', async () => {
    const { app, store } = testApp();
    call = clientOf(app);
    const long = '"'.repeat(900_000);
    const used = Array.from({ length: 8 }, (_, index) => ({
      id: `r${index}`,
      owner: `o${index}`,
      at: '2023-01-01T00:00:00Z',
      texts: { appVersion: `1.${index}+${long}`, appProduct: index < 7 ? 'GDM' : `${index}${long}` },
    }));
    await addUsed(store, 'patient', used);
    const about = '?audience=patient&app_product=GDM';
    const answers = {
      breakdown: await report('breakdown', `${about}&by=app_version`),
      adoption: await report('adoption', `${about}&from=2023-05-06`),
      releases: await report('releases', about),
      outdated: await report('outdated', `${about}&below=2`),
    };
    for (const { status, text: body } of Object.values(answers)) {
      expect(status).toBe(200);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8 * 1_048_576);
    }
    expect(answers.breakdown.json).toMatchObject({
      people: 7,
      results: { length: 4 },
      other: { groups: 3, people: 3 },
    });
    expect(answers.adoption.json).toMatchObject({
      people: [7],
      series: { length: 4 },
      other: { versions: 3, people: [3] },
    });
    expect(answers.releases.json).toMatchObject({ people: 7, results: { length: 4 }, more: 3 });
    expect(answers.outdated.json).toMatchObject({ people_below: 7, results: { length: 4 }, more: 3 });
    expect(results(answers.breakdown.json)[0]?.['search']).toBeNull();
  });
});
