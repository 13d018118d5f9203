import { beforeEach, expect, it } from 'vitest';
import { Slots } from '../src/pipeline/slots.js';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { patientToken, readAllToken, tokenFor } from './support/tokens.js';

const pathOf = (person: string) => `/dhos/v1/telemetry/people/${encodeURIComponent(person)}/personal_data`;
const ME = 'owner é';

let made: ReturnType<typeof testApp>;
let call: Call;
let officer: string;

beforeEach(async () => {
  made = testApp();
  call = clientOf(made.app);
  officer = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { clinician_id: 'officer' } });
});

const read = (person: string) => call('GET', pathOf(person), { token: officer });

it('has all that is held on a person, as the other operations show it', async () => {
  const shown: Record<string, unknown>[] = [];
  for (const { collection, tokenFor: ownersToken, body } of kinds) {
    shown.push((await call('POST', collection(ME), { token: await ownersToken(ME), body })).json);
  }
  const path = kinds[0]?.collection(ME) ?? '';
  const token = await patientToken(ME);
  const patched = await call('PATCH', `${path}/${shown[0]?.['uuid']}`, { token, body: { app_version: 'next' } });
  const revisions = await call('GET', `${path}/${shown[0]?.['uuid']}/revision`, { token });
  await call('GET', path, { token: await readAllToken(), headers: { 'X-Request-ID': 'looked' } });
  const { status, json, headers } = await read(ME);
  expect(status).toBe(200);
  expect(headers.get('Content-Length')).toBeNull();
  expect(Object.keys(json)).toEqual([
    'person_id',
    'as_of',
    'counts',
    'patient_installations',
    'clinician_installations',
    'blood_glucose_meters',
    'revisions',
    'records_of_others',
    'retry_copies',
    'accesses',
  ]);
  expect(json).toMatchObject({
    person_id: ME,
    counts: {
      patient_installations: 1,
      clinician_installations: 1,
      blood_glucose_meters: 1,
      revisions: 4,
      accesses: 1,
    },
    patient_installations: [patched.json],
    clinician_installations: [shown[1]],
    blood_glucose_meters: [shown[2]],
    records_of_others: [],
    retry_copies: 0,
    accesses: [{ actor: 'reader', request_id: 'looked' }],
  });
  const states = json['revisions'] as Record<string, unknown>[];
  expect(states.map(({ kind }) => kind)).toEqual([
    'patient_installation',
    'clinician_installation',
    'blood_glucose_meter',
  ]);
  expect(states[0]?.['revisions']).toEqual(revisions.json['results']);
  // Reading it is an access, which the next one has.
  expect((await read(ME)).json['accesses']).toMatchObject([{ actor: 'officer', person_id: ME }, { actor: 'reader' }]);
});

it('has empty lists for a person on whom nothing is held', async () => {
  expect((await read('nobody')).json).toMatchObject({ patient_installations: [], revisions: [], accesses: [] });
});

it('is refused while two others are sent, and HEAD takes no place', async () => {
  const slots = new Slots(2);
  call = clientOf(testApp({ exportSlots: slots }).app);
  const leave = slots.take();
  slots.take();
  expect((await call('HEAD', pathOf('p'), { token: officer })).status).toBe(200);
  const refused = await read('p');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('Retry-After')).toBe('10');
  leave?.();
  leave?.();
  expect((await read('p')).status).toBe(200);
  // Its place is free once it has been read.
  expect((await read('p')).status).toBe(200);
});

it('is cut, never cleanly ended, when it cannot go on; its place is free then', async () => {
  const slots = new Slots(2);
  slots.take();
  const { app, store } = testApp({ exportSlots: slots });
  const open = store.queries.personalData.open;
  let closed = 0;
  store.queries.personalData.open = async (personId) => ({
    ...(await open(personId)),
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    async *accesses() {
      throw new Error('the connection was lost');
    },
    close: async () => {
      closed++;
    },
  });
  for (let time = 1; time <= 2; time++) {
    const response = await app.request(pathOf('p'), { headers: { Authorization: `Bearer ${officer}` } });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(closed).toBe(time);
  }
});

it('knows no parameter', async () => {
  const { status, json } = await call('GET', `${pathOf('p')}?format=csv`, { token: officer });
  expect(status).toBe(400);
  expect(json['errors']).toEqual([{ path: '?format', message: 'Unknown parameter' }]);
});
