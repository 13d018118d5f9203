import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { readAllToken, tokenFor } from './support/tokens.js';

const PATH = '/dhos/v1/telemetry/erasures';
const AT = '2023-05-06T07:08:09.123Z';

let call: Call;
let officer: string;

beforeEach(async () => {
  call = clientOf(testApp().app);
  const scope = 'erase:gdm_telemetry_all export:gdm_telemetry_all';
  officer = await tokenFor({ scope, metadata: { system_id: ['portal', 'other'], clinician_id: 'officer' } });
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  call('POST', PATH, { token: officer, body, headers });
const accesses = async () => {
  const { json } = await call('GET', '/dhos/v1/telemetry/accesses', { token: officer });
  return json['results'] as Record<string, unknown>[];
};
const NOTHING = {
  patient_installations: 0,
  clinician_installations: 0,
  blood_glucose_meters: 0,
  revisions: 0,
  retry_copies: 0,
  names_in_others_records: 0,
  accesses: 0,
};

describe.each(kinds)('erasing the owner of a $name', ({ collection, ownerId, tokenFor: ownersToken, body }) => {
  it('deletes the records, returns a receipt without the id, and records who did it', async () => {
    const token = await ownersToken(ownerId);
    const staff = await readAllToken();
    await call('POST', collection(ownerId), { token, body });
    await call('GET', collection(ownerId), { token: staff });
    const dry = await post({ person_id: ownerId, dry_run: true });
    expect(dry.status).toBe(200);
    const counts = dry.json['counts'];
    expect(counts).toMatchObject({ revisions: 1, accesses: 1 });
    expect((await call('GET', collection(ownerId), { token })).json['results']).toHaveLength(1);

    const erased = await post({ person_id: ownerId }, { 'X-Request-ID': 'erasing' });
    expect(erased.status).toBe(201);
    expect(erased.json).toEqual({
      id: expect.any(String),
      at: AT,
      by: 'officer',
      // The dry run is another access about the person.
      counts: { ...(counts as object), accesses: 2 },
      subject: expect.any(String),
      dry_run: false,
    });
    expect(erased.text).not.toContain(ownerId);
    expect((await call('GET', collection(ownerId), { token })).json['results']).toEqual([]);
    expect(await accesses()).toMatchObject([
      { operation: `POST ${PATH}`, actor: 'officer', person_id: 'erased', status: 201, request_id: 'erasing' },
      { operation: `POST ${PATH}`, person_id: 'erased', status: 200 },
      { actor: 'reader', person_id: 'erased' },
    ]);
    const { id } = erased.json;
    expect((await call('GET', `${PATH}/${id}`, { token: officer })).json).toEqual(erased.json);
    expect((await call('GET', PATH, { token: officer })).json).toMatchObject({ results: [erased.json] });
  });
});

describe('POST of an erasure', () => {
  it('is 201 with zero counts if there is no such person', async () => {
    expect((await post({ person_id: 'nobody' })).json).toMatchObject({ counts: NOTHING });
  });

  it('is repeated safely under a key', async () => {
    const key = { 'Idempotency-Key': 'k' };
    const first = await post({ person_id: 'p' }, key);
    const again = await post({ dry_run: false, person_id: 'p' }, key);
    expect(again.status).toBe(422);
    const same = await post({ person_id: 'p' }, key);
    expect(same.headers.get('Idempotency-Replayed')).toBe('true');
    expect(same.json).toEqual(first.json);
    expect((await post({ person_id: 'q' }, key)).status).toBe(201);
    expect((await post({ person_id: 'p', dry_run: true }, { 'Idempotency-Key': '"' })).status).toBe(200);
    expect((await post({ person_id: 'p' }, { 'Idempotency-Key': '"' })).status).toBe(400);
    expect((await accesses()).map(({ status }) => status)).toEqual([400, 200, 201, 201, 422, 201]);
  });

  it('refuses the ids in the caller’s own token, and stores nothing', async () => {
    for (const person_id of ['officer', 'portal', 'other']) expect((await post({ person_id })).status).toBe(403);
    expect(await accesses()).toEqual([]);
  });

  it.each([
    [{}, { path: '/person_id', message: 'Required' }],
    [{ person_id: '' }, { path: '/person_id' }],
    [{ person_id: 'erased' }, { path: '/person_id' }],
    [{ person_id: 'unknown' }, { path: '/person_id' }],
    [{ person_id: 'a\0' }, { path: '/person_id' }],
    [{ person_id: ['p'] }, { path: '/person_id', message: 'must be a string' }],
    [{ person_id: 'p', dry_run: 'yes' }, { path: '/dry_run' }],
    [
      { person_id: 'p', dryRun: true },
      { path: '/dryRun', message: 'Unknown field' },
    ],
  ])('refuses %j', async (body, fault) => {
    const { status, json } = await post(body);
    expect(status).toBe(400);
    expect(json['errors']).toMatchObject([fault]);
  });

  it('knows no parameter', async () => {
    const { status, json } = await call('POST', `${PATH}?dry_run=true`, { token: officer, body: { person_id: 'p' } });
    expect(status).toBe(400);
    expect(json['errors']).toEqual([{ path: '?dry_run', message: 'Unknown parameter' }]);
    expect(await accesses()).toMatchObject([{ operation: `POST ${PATH}`, status: 400, person_id: 'p' }]);
  });
});

it('GET of a missing receipt is 404', async () => {
  expect((await call('GET', `${PATH}/none`, { token: officer })).status).toBe(404);
  expect((await call('GET', `${PATH}/${'x'.repeat(37)}?a=1`, { token: officer })).json['errors']).toMatchObject([
    { path: '/erasure_id' },
    { path: '?a' },
  ]);
});
