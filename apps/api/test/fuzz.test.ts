import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOf } from './support/client.js';
import { type Kind, kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { patientToken } from './support/tokens.js';

const RUNS = { numRuns: 150 };
/** Any text that can be stored. */
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((value) => value.isWellFormed() && !value.includes('\0'));
/** Names that JavaScript would stumble over, and some of our own. */
const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'app_version', 'uuid', 'patient_id', 'created', ''),
  fc.string({ maxLength: 8 }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, -0, 1e308, 5e-324, Number.MAX_SAFE_INTEGER + 2, 'text', '\0', '\ud800'),
    fc.string(),
    fc.double(),
    fc.array(tie('value')),
    fc.array(fc.tuple(names, tie('value'))).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

async function setup({ ownerId, tokenFor, collection, body }: Kind) {
  const call = clientOf(testApp().app);
  const token = await tokenFor(ownerId);
  const made = await call('POST', collection(ownerId), { token, body });
  return { call, token, collection: collection(ownerId), record: `${collection(ownerId)}/${made.json['uuid']}`, made };
}

describe.each(kinds)('whatever is sent for a $name', (kind) => {
  const texts = Object.entries(kind.body)
    .filter(([name, value]) => typeof value === 'string' && !name.startsWith('date') && name !== 'mobile_id')
    .map(([name]) => name);

  it('as text comes back as it was sent', async () => {
    const { call, token, collection } = await setup(kind);
    const fields = fc.record(Object.fromEntries(texts.map((name) => [name, text])));
    await fc.assert(
      fc.asyncProperty(fields, async (sent) => {
        const answer = await call('POST', collection, { token, body: { ...kind.body, ...sent } });
        expect(answer.status).toBe(kind.created);
        expect(answer.json).toMatchObject(sent);
      }),
      RUNS,
    );
  });

  it('as JSON is taken, or refused with what is wrong, and changes no other record', async () => {
    const { call, token, collection, record, made } = await setup(kind);
    await fc.assert(
      fc.asyncProperty(json, fc.boolean(), async (body, asChange) => {
        const answer = asChange
          ? await call('PATCH', `${collection}/other`, { token, body: JSON.stringify(body) })
          : await call('POST', collection, { token, body: JSON.stringify(body) });
        expect([kind.created, 400, 404]).toContain(answer.status);
        if (answer.status === 400) expect(answer.json['errors']).not.toEqual([]);
        expect((await call('GET', record, { token })).text).toBe(made.text);
      }),
      RUNS,
    );
  });

  it('as single wrong fields is refused by their names', async () => {
    const { call, token, record, made } = await setup(kind);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), json, async (name, value) => {
        fc.pre(typeof value !== 'string' && value !== undefined);
        const answer = await call('PATCH', record, { token, body: { [name]: value } });
        // `unique_device_code` may not be changed at all.
        expect(answer.status).toBe(400);
        expect(answer.json['errors']).toMatchObject([{ path: `/${name}` }]);
        expect((await call('GET', record, { token })).text).toBe(made.text);
      }),
      RUNS,
    );
  });

  it('as bytes is refused', async () => {
    const { call, token, collection } = await setup(kind);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const headers = { 'Content-Type': 'application/json' };
        expect((await call('POST', collection, { token, body: bytes, headers })).status).toBe(400);
      }),
      RUNS,
    );
  });
});

describe('whatever is asked for', () => {
  const { app } = testApp();
  const call = clientOf(app);
  const STATUSES = [200, 204, 307, 308, 400, 401, 403, 404, 405, 412, 415];

  it('at any address by any method is answered without a fault of ours', async () => {
    const token = await patientToken('p1');
    const segment = fc.oneof(
      fc.constantFrom(
        'dhos',
        'v1',
        'patient',
        'clinician',
        'p1',
        'installation',
        'latest_installation',
        'blood_glucose_meter',
        'running',
      ),
      fc.constantFrom('..', '.', '%2e%2e', '%2F', '%00', '%', '%zz', '%ff', ';', ':', '*', '__proto__'),
      fc.webSegment(),
      fc.string({ maxLength: 6 }).map(encodeURIComponent),
    );
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.array(segment, { maxLength: 8 }),
        fc.webQueryParameters(),
        async (verb, path, query) => {
          const answer = await call(verb, `/${path.join('/')}?${query}`, { token });
          expect(STATUSES).toContain(answer.status);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('with any headers is answered without a fault of ours', async () => {
    const token = await patientToken('p1');
    const value = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 30,
    });
    const headers = fc.record(
      Object.fromEntries(
        [
          'If-Match',
          'If-None-Match',
          'Content-Type',
          'Content-Encoding',
          'Idempotency-Key',
          'X-Request-ID',
          'X-Amzn-Trace-Id',
          'Accept',
          'Expect',
        ].map((name) => [name, value]),
      ),
      { requiredKeys: [] },
    );
    const { body, collection } = kinds[0] as Kind;
    await fc.assert(
      fc.asyncProperty(headers, fc.constantFrom('GET', 'POST'), async (sent, verb) => {
        const path = verb === 'GET' ? '/dhos/v1/patient/p1/latest_installation' : collection('p1');
        const given = sent as Record<string, string>;
        const answer = await call(verb, path, { token, headers: given, ...(verb === 'POST' ? { body } : {}) });
        expect([200, 304, 400, 412, 415, 422]).toContain(answer.status);
        expect(answer.headers.get('X-Request-ID')).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
      { numRuns: 300 },
    );
  });
});
