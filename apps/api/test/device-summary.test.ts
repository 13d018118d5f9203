import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { clinicianInstallations, meters, patientInstallations } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { readAllToken } from './support/tokens.js';

let call: Call;

beforeEach(() => {
  call = clientOf(testApp().app);
});

describe.each([
  { person: 'patient', kind: patientInstallations, firstUse: 'date_first_launched' },
  { person: 'clinician', kind: clinicianInstallations, firstUse: 'date_first_used' },
])('the summary of the devices of a $person', ({ person, kind, firstUse }) => {
  const { ownerId, collection, body, tokenFor } = kind;
  const path = `/dhos/v1/${person}/${ownerId}/device_summary`;
  const others = person === 'patient' ? { blood_glucose_meters: { total: 0, results: [] } } : {};

  const register = async (more: Record<string, unknown>) =>
    (await call('POST', collection(ownerId), { token: await tokenFor(ownerId), body: { ...body, ...more } })).json;

  it('is empty for a person without any', async () => {
    const answer = await call('GET', path, { token: await tokenFor(ownerId) });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      [`${person}_id`]: ownerId,
      as_of: '2023-05-06T07:08:09.123Z',
      current: [],
      installations: { total: 0, results: [] },
      ...others,
    });
  });

  it('has what the person runs of each product, since when, and the first installations of the list', async () => {
    const old = await register({ [firstUse]: '2022-01-01T00:00:00Z', app_version: '9' });
    const now = await register({ [firstUse]: '2022-02-01T01:00:00+01:00', app_version: '1' });
    // Its device's clock is wrong: it is the latest, and counts from its creation.
    const ahead = await register({ [firstUse]: '2099-01-01T00:00:00Z', app_product: 'OTHER' });
    const { json } = await call('GET', path, { token: await readAllToken() });
    expect(json).toEqual({
      [`${person}_id`]: ownerId,
      as_of: '2023-05-06T07:08:09.123Z',
      current: [
        { app_product: 'OTHER', since: ahead['created'], version_since: ahead['created'], installation: ahead },
        {
          app_product: 'GDM',
          since: '2022-02-01T00:00:00.000Z',
          version_since: '2022-02-01T00:00:00.000Z',
          installation: now,
        },
      ],
      installations: { total: 3, results: [ahead, now, old] },
      ...others,
    });
  });

  it('says how many there are, and shows ten', async () => {
    for (let count = 0; count < 12; count++) await register({});
    const { json } = await call('GET', path, { token: await readAllToken() });
    expect(json['installations']).toMatchObject({ total: 12, results: { length: 10 } });
  });

  it('takes no parameters', async () => {
    const answer = await call('GET', `${path}?page_size=1`, { token: await tokenFor(ownerId) });
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toEqual([{ path: '?page_size', message: 'Unknown parameter' }]);
  });
});

it('a patient’s has the meters, also under an id that no installation can have', async () => {
  for (const id of ['p1', 'long '.repeat(20)]) {
    const token = await meters.tokenFor(id);
    const meter = (await call('POST', meters.collection(encodeURIComponent(id)), { token, body: meters.body })).json;
    const { json } = await call('GET', `/dhos/v1/patient/${encodeURIComponent(id)}/device_summary`, { token });
    expect(json).toMatchObject({ patient_id: id, blood_glucose_meters: { total: 1, results: [meter] } });
    expect(json).toMatchObject({ current: [], installations: { total: 0, results: [] } });
  }
});

it('a clinician’s id has the limit of an installation’s owner', async () => {
  const id = 'c'.repeat(37);
  const token = await clinicianInstallations.tokenFor(id);
  const answer = await call('GET', `/dhos/v1/clinician/${id}/device_summary`, { token });
  expect(answer.status).toBe(400);
  expect(answer.json['errors']).toMatchObject([{ path: '/clinician_id' }]);
});
