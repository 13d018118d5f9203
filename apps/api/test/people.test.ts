import { NotBuiltError, OutdatedError } from '@polaris-telemetry/domain';
import { aMobileInstallation, dateTime, instant, ownerId, recordId } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { addUsed, PEOPLE } from './support/people.js';
import { testApp } from './support/test-app.js';
import { tokenFor } from './support/tokens.js';

const metadata = { system_id: 'support' };
const fleetToken = tokenFor({ scope: 'read:gdm_telemetry_fleet', metadata });

describe.each(PEOPLE)('the search for each $person', ({ person, system, firstUse }) => {
  const path = `/dhos/v1/telemetry/${person}s`;
  const systemVersion = system === 'phone_os' ? 'phoneOsVersion' : 'desktopOsVersion';
  let call: Call;

  beforeEach(async () => {
    const { app, store } = testApp();
    call = clientOf(app);
    await addUsed(store, person, [
      { id: 'a', owner: 'one', at: '2022-01-01T00:00:00Z', texts: { appVersion: '4.1', [systemVersion]: '9' } },
      { id: 'b', owner: 'two', at: '2022-01-02T00:00:00Z', texts: { appVersion: '4.10', [systemVersion]: '10' } },
      { id: 'c', owner: 'two', at: '2022-01-03T00:00:00Z', texts: { appVersion: '4.2', [systemVersion]: '10' } },
      {
        id: 'd',
        owner: 'three',
        at: '2022-01-04T00:00:00Z',
        texts: { appVersion: 'dev', [systemVersion]: 'x', appProduct: 'OTHER', uniqueDeviceCode: 'shared' },
        modified: '2022-05-01T00:00:00Z',
      },
    ]);
  });

  const search = async (query = '', at = path) => call('GET', `${at}${query}`, { token: await fleetToken });
  const results = (json: Record<string, unknown>) => json['results'] as Record<string, unknown>[];
  const people = async (query: string) => results((await search(query)).json).map((each) => each[`${person}_id`]);

  it('has one result for each person and product, with the current installation as GET by id returns it', async () => {
    const { status, json } = await search('?total=true');
    expect(status).toBe(200);
    expect(json).toMatchObject({ next_page_token: null, total: { count: 3, exact: true } });
    const two = results(json).find((each) => each[`${person}_id`] === 'two');
    const readAll = await tokenFor({ scope: 'read:gdm_telemetry_all', metadata });
    const record = await call('GET', `/dhos/v1/${person}/two/installation/c`, { token: readAll });
    expect(record.json).toHaveProperty(firstUse);
    expect(two).toEqual({
      [`${person}_id`]: 'two',
      app_product: 'GDM',
      since: '2022-01-03T00:00:00.000Z',
      version_since: '2022-01-03T00:00:00.000Z',
      last_seen: '2022-01-03T00:00:00.000Z',
      installations: 2,
      installation: record.json,
    });
    expect((await search()).json).not.toHaveProperty('total');
  });

  it.each([
    ['?sort=since', ['one', 'two', 'three']],
    ['?sort=-since', ['three', 'two', 'one']],
    ['?sort=last_seen', ['one', 'two', 'three']],
    ['?sort=-last_seen', ['three', 'two', 'one']],
    [`?${person}_id=one&${person}_id=three&${person}_id=nobody`, ['three', 'one']],
    [`?${person}_id=${'x'.repeat(1000)}`, []],
    ['?app_product=OTHER', ['three']],
    ['?app_version=4.10', []],
    ['?app_version=4.1&app_version=4.2', ['two', 'one']],
    ['?app_version_below=4.2', ['one']],
    ['?app_version_from=v4.2.0&app_version_below=5', ['two']],
    ['?unique_device_code=shared', ['three']],
    [`?${system}=${system === 'phone_os' ? 'Android' : 'Windows'}`, ['three', 'two', 'one']],
    [`?${system}_version=10`, ['two']],
    [`?${system}_version_from=9.5`, ['two']],
    [`?${system}_version_below=10`, ['one']],
    ['?since_from=2022-01-03T00:00:00Z', ['three', 'two']],
    ['?since_before=2022-01-03T01:00:00+01:00', ['one']],
    ['?last_seen_from=2022-05-01T00:00:00Z', ['three']],
    ['?last_seen_before=2022-05-01T00:00:00Z', ['two', 'one']],
    ['?app_product=', []],
  ])('finds by %s', async (query, expected) => {
    expect(await people(query)).toEqual(expected);
  });

  it('is walked by its links', async () => {
    const found: unknown[] = [];
    for (let next: string | undefined = `${path}?page_size=1&sort=since`; next; ) {
      const answer = await search('', next);
      found.push(...results(answer.json).map((each) => each[`${person}_id`]));
      next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1];
    }
    expect(found).toEqual(['one', 'two', 'three']);
  });

  it('counts to 10,000, and says whether there are more', async () => {
    const { app, store } = testApp();
    call = clientOf(app);
    const used = Array.from({ length: 10_001 }, (_, index) => ({
      id: `r${index}`,
      owner: `o${index}`,
      at: '2022-01-01T00:00:00Z',
      texts: { uniqueDeviceCode: index === 0 ? 'first' : 'other' },
    }));
    await addUsed(store, person, used);
    const total = async (query: string) => (await search(`?total=true&page_size=1${query}`)).json['total'];
    expect(await total('&unique_device_code=other')).toEqual({ count: 10_000, exact: true });
    expect(await total('')).toEqual({ count: 10_000, exact: false });
  });

  it.each([
    ['?app_version_from=dev', '?app_version_from'],
    [`?${system}_version_below=x`, `?${system}_version_below`],
    ['?since_from=2022-01-01', '?since_from'],
    ['?sort=app_version', '?sort'],
    ['?total=yes', '?total'],
    ['?app_version=%00', '?app_version'],
    [
      `?${system === 'phone_os' ? 'desktop_os' : 'phone_os'}=x`,
      `?${system === 'phone_os' ? 'desktop_os' : 'phone_os'}`,
    ],
    ['?page_size=1001', '?page_size'],
    ['?page_token=x', '?page_token'],
    ['?app_version_from=1&app_version_from=2', '?app_version_from'],
    [`?${Array.from({ length: 101 }, () => 'app_version=1').join('&')}`, '?app_version'],
  ])('refuses %.60s', async (query, at) => {
    const { status, json } = await search(query);
    expect(status).toBe(400);
    expect(json['errors']).toMatchObject([{ path: at }]);
  });

  it('needs the scope of the fleet and a token of staff', async () => {
    for (const refused of [
      { scope: 'read:gdm_telemetry_reports read:gdm_telemetry_all', metadata },
      { scope: 'read:gdm_telemetry_fleet', metadata: { patient_id: 'one', clinician_id: 'two' } },
    ]) {
      expect((await call('GET', path, { token: await tokenFor(refused) })).status).toBe(403);
    }
  });

  it.each([
    [
      'while the state is built for the first time, and says how far that is',
      new NotBuiltError('41 % done.'),
      /^41 % done\.$/,
    ],
    [
      'if the state cannot be kept up to date, and says so',
      new OutdatedError('the state is 60 s old'),
      /could not be brought up to date/,
    ],
  ])('is 503 %s', async (_when, error, detail) => {
    const { dependencies } = testApp();
    const fail = () => Promise.reject(error);
    const useCases = { ...dependencies.useCases, searchPatients: fail, searchClinicians: fail };
    const answer = await clientOf(testApp({ useCases }).app)('GET', path, { token: await fleetToken });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('10');
    expect(answer.json['detail']).toMatch(detail);
  });
});

it('a device with a wrong clock counts from its creation, and what is latest differs from what is current', async () => {
  const { app, store } = testApp();
  await addUsed(store, 'patient', [{ id: 'new', owner: 'p', at: '2022-02-01T00:00:00Z' }]);
  const ahead = dateTime('2099-01-01T00:00:00Z');
  const old = aMobileInstallation({ id: recordId('old'), ownerId: ownerId('p'), firstUsed: ahead });
  const made = instant('2021-01-01T00:00:00Z');
  await store.patientInstallations.add({ ...old, audit: { ...old.audit, created: made, modified: made } });
  const call = clientOf(app);
  const { json } = await call('GET', '/dhos/v1/telemetry/patients', { token: await fleetToken });
  expect(json['results']).toMatchObject([{ installations: 2, installation: { uuid: 'new' } }]);
  const readAll = await tokenFor({ scope: 'read:gdm_telemetry_all', metadata });
  const latest = await call('GET', '/dhos/v1/patient/p/latest_installation', { token: readAll });
  expect(latest.json['uuid']).toBe('old');
});
