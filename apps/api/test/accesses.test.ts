import { UnavailableError } from '@polaris-telemetry/domain';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { testApp } from './support/test-app.js';
import { patientToken, readAllToken, tokenFor } from './support/tokens.js';

const LIST = '/dhos/v1/telemetry/accesses';
const EXPORT = 'export:gdm_telemetry_all';
const AT = '2023-05-06T07:08:09.123Z';

let call: Call;
let store: ReturnType<typeof testApp>['store'];
let staff: string;
let officer: string;

beforeEach(async () => {
  const made = testApp();
  store = made.store;
  call = clientOf(made.app);
  staff = await readAllToken();
  officer = await tokenFor({ scope: EXPORT, metadata: { system_id: ['portal'], clinician_id: 'officer' } });
});

/** What is kept, newest first. */
async function kept(query = '') {
  const { status, json } = await call('GET', `${LIST}${query}`, { token: officer });
  expect(status).toBe(200);
  return json['results'] as Record<string, unknown>[];
}

describe('the log of accesses', () => {
  it('keeps each answer that needed a scope of staff, whatever its status', async () => {
    const path = '/dhos/v1/patient/patient%201/installation';
    await call('GET', `${path}?page_size=2&page_token=&&`, { token: staff, headers: { 'X-Request-ID': 'r-1' } });
    await call('HEAD', `${path}/none`, { token: staff, headers: { 'X-Request-ID': 'r-2' } });
    await call('GET', `${path}?what=%C3%A9&patient_id=2`, { token: staff, headers: { 'X-Request-ID': 'r-3' } });
    const one = { at: AT, actor: 'reader', person_id: 'patient 1', query: null, status: 200 };
    const operation = 'GET /dhos/v1/patient/{patient_id}/installation';
    expect(await kept()).toEqual([
      { ...one, operation, query: 'what=%C3%A9&patient_id=2', status: 400, request_id: 'r-3' },
      { ...one, operation: `${operation}/{installation_id}`, status: 404, request_id: 'r-2' },
      { ...one, operation, query: 'page_size=2', status: 400, request_id: 'r-1' },
    ]);
    const [self] = await kept(`?actor=officer&page_size=1`);
    expect(self).toMatchObject({ actor: 'officer', operation: `GET ${LIST}`, person_id: null, query: null });
  });

  it('finds by person, actor and time, page by page', async () => {
    for (const id of ['a', 'b', 'a']) {
      await call('GET', `/dhos/v1/patient/${id}/latest_installation`, { token: staff });
    }
    expect(await kept('?person_id=a')).toHaveLength(2);
    expect(await kept('?person_id=a&actor=officer')).toMatchObject([{ query: 'person_id=a', person_id: 'a' }]);
    expect(await kept(`?before=${AT}`)).toEqual([]);
    expect(await kept(`?from=${AT}&person_id=b`)).toHaveLength(1);
    const page = await call('GET', `${LIST}?actor=reader&page_size=2`, { token: officer });
    const next = /^<(.+)>; rel="next"$/.exec(page.headers.get('Link') ?? '')?.[1] ?? '';
    expect((await call('GET', next, { token: officer })).json).toMatchObject({
      results: [{ person_id: 'a' }],
      next_page_token: null,
    });
  });

  it('refuses what it does not know', async () => {
    const { status, json } = await call('GET', `${LIST}?actor=a&actor=b&from=today&who=me`, { token: officer });
    expect(status).toBe(400);
    expect(json['errors']).toEqual([
      { path: '?actor', message: 'must be given once' },
      { path: '?from', message: expect.any(String) },
      { path: '?who', message: 'Unknown parameter' },
    ]);
  });

  it('keeps nothing of owners, writers, and those who may not', async () => {
    const path = '/dhos/v1/patient/p/installation';
    const own = 'read:gdm_telemetry write:gdm_telemetry read:gdm_telemetry_all';
    const both = await tokenFor({ scope: own, metadata: { patient_id: 'p', system_id: 's' } });
    await call('GET', path, { token: await patientToken('p') });
    await call('GET', path, { token: both });
    await call('POST', path, { token: both, body: '{}' });
    await call('GET', path);
    await call('GET', path, { token: await tokenFor({ scope: '', metadata: { system_id: 's' } }) });
    await call('GET', LIST, { token: staff });
    expect(await kept()).toEqual([]);
    // The same token is staff's where others are concerned; its actor is the patient, as in the audit.
    await call('GET', '/dhos/v1/patient/q/installation', { token: both });
    expect(await kept('?person_id=q')).toMatchObject([{ actor: 'p' }]);
  });

  it('says of a request id whether it is ours: a caller may send an id of a person as one', async () => {
    const appended = vi.spyOn(store.accessLog, 'append');
    const path = '/dhos/v1/patient/p/latest_installation';
    await call('GET', path, { token: staff });
    await call('GET', path, { token: staff, headers: { 'X-Request-Id': 'p' } });
    const noted = appended.mock.calls.map(([access]) => [access.requestId === 'p', access.isRequestIdOurs]);
    expect(noted).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('shows nothing if the access cannot be recorded: 503', async () => {
    store.accessLog.append = async () => {
      throw new UnavailableError('read-only');
    };
    const path = '/dhos/v1/patient/p/latest_installation';
    const refused = await call('GET', path, { token: staff });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect((await call('GET', path, { token: await patientToken('p') })).status).toBe(200);
  });

  it('keeps a fault of ours, but not that the store could not answer', async () => {
    const { lists } = { lists: store.queries.patientInstallations };
    const path = '/dhos/v1/patient/p/installation';
    for (const error of [new Error('ours'), new UnavailableError('down')]) {
      lists.list = async () => {
        throw error;
      };
      await call('GET', path, { token: staff });
    }
    expect(await kept('?person_id=p')).toMatchObject([{ status: 500 }]);
  });
});
