import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordKinds } from '../src/app.js';
import { type Call, clientOf } from './support/client.js';
import { clinicianInstallations, meters, patientInstallations } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { clinicianToken, patientToken, tokenFor } from './support/tokens.js';

const { collection: installations, body: installation } = patientInstallations;
const { collection: meterPath, body: meter } = meters;

let call: Call;
let token: string;

beforeEach(async () => {
  call = clientOf(testApp().app);
  token = await patientToken('p1');
});

const members = recordKinds(0);

/** Text that can be stored: well-formed, and without NUL. */
const texts = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));

it.each([
  { ...patientInstallations, ...members.patients },
  { ...clinicianInstallations, ...members.clinicians },
  { ...meters, ...members.meters },
])('the JSON of a $name has each value under its name, in the order of its members', async (kind) => {
  const { owner, ownerId, date, body, shown } = kind;
  const own = await kind.tokenFor(ownerId);
  const named = Object.keys(body).filter(
    (name) => typeof body[name] === 'string' && ![date, 'mobile_id'].includes(name),
  );
  const values = fc.record(Object.fromEntries(named.map((name) => [name, texts])));
  await fc.assert(
    fc.asyncProperty(values, async (some) => {
      const { json, text } = await call('POST', kind.collection(ownerId), { token: own, body: { ...body, ...some } });
      const value: Readonly<Record<string, unknown>> = { ...json, ...shown, ...some, [owner]: ownerId };
      expect(text).toBe(JSON.stringify(Object.fromEntries(kind.members.map((name) => [name, value[name]]))));
    }),
    { numRuns: 50 },
  );
});

describe('an installation', () => {
  it('has no other fields', async () => {
    const answer = await call('POST', installations('p1'), {
      token,
      body: { ...installation, colour: 'red', '~/': 1 },
    });
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toEqual([
      { path: '/colour', message: 'Unknown field' },
      { path: '/~0~1', message: 'Unknown field' },
    ]);
  });

  it('takes what the data seeder sends back, but not in production', async () => {
    const old = { uuid: 'u', created: 'c', created_by: 'x', modified: 'm', modified_by: 'y' };
    const body = { ...installation, ...old };
    const answer = await call('POST', installations('p1'), { token, body });
    expect(answer.status).toBe(200);
    expect(answer.json).not.toMatchObject({ uuid: 'u' });
    expect(answer.json['created_by']).toBe('p1');
    const production = clientOf(testApp({ production: true }).app);
    const refused = await production('POST', installations('p1'), { token, body });
    expect(refused.json['errors']).toEqual(
      Object.keys(old).map((name) => ({ path: `/${name}`, message: 'Unknown field' })),
    );
  });

  it('never moves to another device', async () => {
    const { json } = await call('POST', installations('p1'), { token, body: installation });
    const path = `${installations('p1')}/${json['uuid']}`;
    const answer = await call('PATCH', path, { token, body: { unique_device_code: 'other' } });
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toEqual([{ path: '/unique_device_code', message: 'Unknown field' }]);
  });

  it('has 100 faults at most', async () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, index]));
    const answer = await call('POST', installations('p1'), { token, body });
    expect(answer.json['errors']).toHaveLength(100);
  });

  it('does not repeat a long name of an unknown field', async () => {
    const answer = await call('POST', installations('p1'), {
      token,
      body: { ...installation, ['x'.repeat(500_000)]: 1 },
    });
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(1_000);
  });

  it.each(['[]', 'null', '"text"', '1', 'true'])('is an object, not %s', async (body) => {
    const answer = await call('POST', installations('p1'), { token, body });
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toEqual([{ path: '', message: expect.any(String) }]);
  });

  it('takes the last of duplicate keys', async () => {
    const body = JSON.stringify(installation).replace('{', '{"app_version":1,');
    expect((await call('POST', installations('p1'), { token, body })).status).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not take %s for a field', async (name) => {
    const body = JSON.stringify(installation).replace('{', `{"${name}":{"app_version":"2"},`);
    const answer = await call('POST', installations('p1'), { token, body });
    expect(answer.json['errors']).toEqual([{ path: `/${name}`, message: 'Unknown field' }]);
  });
});

describe('a meter', () => {
  const register = (body: unknown) => call('POST', meterPath('p1'), { token, body });

  it('needs no outcome of its verification', async () => {
    const { is_bg_value_correct, blood_glucose_value, ...rest } = meter;
    const answer = await register(rest);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ is_bg_value_correct: null, blood_glucose_value: null });
    const nulls = await register({ ...rest, is_bg_value_correct: null, blood_glucose_value: null });
    expect(nulls.json).toMatchObject({ is_bg_value_correct: null, blood_glucose_value: null });
  });

  it('keeps the outcome when another field changes, and clears it on request', async () => {
    const { json } = await register(meter);
    const path = `${meterPath('p1')}/${json['uuid']}`;
    expect((await call('PATCH', path, { token, body: { serial_number: 'n' } })).json).toMatchObject({
      is_bg_value_correct: false,
      blood_glucose_value: 5.6,
    });
    expect((await call('PATCH', path, { token, body: { blood_glucose_value: null } })).json).toMatchObject({
      is_bg_value_correct: false,
      blood_glucose_value: null,
    });
  });

  it('ignores what it does not know', async () => {
    const answer = await register({ ...meter, uuid: 'u', patient_id: 'p2', colour: 'red' });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ patient_id: 'p1' });
    expect(answer.json).not.toMatchObject({ uuid: 'u' });
    const path = `${meterPath('p1')}/${answer.json['uuid']}`;
    const { uuid } = answer.json;
    const same = await call('PATCH', path, { token, body: { uuid, patient_id: 'p1', colour: 'red' } });
    expect(same.status).toBe(200);
  });

  it.each([{ patient_id: 'p2' }, { patient_id: null }, { uuid: 'u' }, { uuid: 5 }])('never moves: %j', async (body) => {
    const { json, text } = await register(meter);
    const path = `${meterPath('p1')}/${json['uuid']}`;
    const answer = await call('PATCH', path, { token, body: { ...body, app_version: 1 } });
    expect(answer.status).toBe(400);
    const [name] = Object.keys(body);
    expect(answer.json['errors']).toEqual([
      { path: '/app_version', message: 'must be a string' },
      { path: `/${name}`, message: 'must be the one in the path' },
    ]);
    expect((await call('GET', path, { token })).text).toBe(text);
  });

  it.each([
    ['1e999', 400],
    ['-1e999', 400],
    ['"5.6"', 400],
    ['true', 400],
    ['1e308', 201],
    ['5.60000000000000000001', 201],
  ])('has a value that fits a double: %s is %i', async (value, status) => {
    const body = JSON.stringify(meter).replace('5.6', value);
    expect((await register(body)).status).toBe(status);
  });

  it('has no negative zero', async () => {
    const answer = await register(JSON.stringify(meter).replace('5.6', '-0'));
    expect(Object.is(answer.json['blood_glucose_value'], 0)).toBe(true);
  });

  it('names its phone in 36 characters at most, counted as characters', async () => {
    expect((await register({ ...meter, mobile_id: '\u{1F4F1}'.repeat(36) })).status).toBe(201);
    expect((await register({ ...meter, mobile_id: 'x'.repeat(37) })).status).toBe(400);
    expect((await register({ ...meter, mobile_id: '' })).status).toBe(201);
  });

  it('belongs to a patient with an id of any length', async () => {
    const long = 'p'.repeat(300);
    const answer = await call('POST', meterPath(long), { token: await patientToken(long), body: meter });
    expect(answer.status).toBe(201);
    expect(answer.json['patient_id']).toBe(long);
  });
});

describe('who is noted in the audit', () => {
  it.each([
    [{ patient_id: 'p1', device_id: 'd' }, 'p1'],
    [{ patient_id: ['p0', 'p1'] }, 'p1'],
    [{ patient_id: ['p1'], clinician_id: 'c' }, 'p1'],
  ])('%j acts as %s', async (metadata, by) => {
    const own = await tokenFor({ scope: 'write:gdm_telemetry', metadata });
    const answer = await call('POST', installations('p1'), { token: own, body: installation });
    expect(answer.json).toMatchObject({ created_by: by, modified_by: by });
  });

  it('is the clinician for a clinician', async () => {
    const own = await clinicianToken('c1');
    const body = { ...installation };
    expect((await call('POST', installations('c1'), { token: own, body })).status).toBe(403);
  });
});
