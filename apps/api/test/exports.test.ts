import { createHash } from 'node:crypto';
import { instant } from '@polaris-telemetry/domain/testing';
import { parse } from 'csv-parse/sync';
import { beforeEach, describe, expect, it } from 'vitest';
import { Slots } from '../src/pipeline/slots.js';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { tokenFor } from './support/tokens.js';

const EXPORT = '/dhos/v1/telemetry/export';
const TABLES = ['patient_installations', 'clinician_installations', 'blood_glucose_meters'] as const;

let call: Call;
let token: string;
let clock: ReturnType<typeof testApp>['clock'];
let slots: Slots;
/** The records of each kind, as POST returned them. */
let posted: Record<string, unknown>[][];

beforeEach(async () => {
  slots = new Slots(2);
  const test = testApp({ exportSlots: slots });
  clock = test.clock;
  call = clientOf(test.app);
  token = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { system_id: 'warehouse' } });
  posted = [];
  for (const kind of kinds) {
    const records: Record<string, unknown>[] = [];
    for (let index = 0; index < 5; index++) {
      const owner = `owner-${index}`;
      clock.set(instant(`2023-06-0${index + 1}T00:00:00Z`));
      const sent = { token: await kind.tokenFor(owner), body: { ...kind.body, app_version: `=1.${index}` } };
      records.push((await call('POST', kind.collection(owner), sent)).json);
    }
    posted.push(records.sort((a, b) => (String(a['uuid']) < String(b['uuid']) ? -1 : 1)));
  }
});

const get = (path: string) => call('GET', `${EXPORT}/${path}`, { token });
const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe.each([0, 1, 2])('the export of records, kind %i', (kind) => {
  const table = TABLES[kind] as string;
  const lines = () => (posted[kind] ?? []).map((record) => JSON.stringify(record));

  it('has every record as the API returns it, by uuid, and ends with what it holds', async () => {
    const { status, text, headers } = await get(table);
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('application/x-ndjson');
    expect(linesOf(text).slice(0, -1)).toEqual(lines());
    const before = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    const sha256 = createHash('sha256').update(before).digest('hex');
    expect(linesOf(text).at(-1)).toBe(`{"_end":true,"rows":5,"sha256":"${sha256}"}`);
  });

  it('goes on after any record with exactly the rest', async () => {
    for (const [index, { uuid }] of (posted[kind] ?? []).entries()) {
      const { text } = await get(`${table}?after=${uuid}`);
      expect(linesOf(text).slice(0, -1)).toEqual(lines().slice(index + 1));
      expect(JSON.parse(linesOf(text).at(-1) ?? '')).toMatchObject({ rows: 4 - index });
    }
    const { text } = await get(`${table}?after=${'~'.repeat(1000)}`);
    expect(text).toBe(`{"_end":true,"rows":0,"sha256":"${createHash('sha256').digest('hex')}"}\n`);
  });

  it('has only what was modified in a span of time', async () => {
    const { text } = await get(
      `${table}?modified_from=2023-06-02T00:00:00Z&modified_before=2023-06-04T00:00:00%2B00:00`,
    );
    const dates = linesOf(text)
      .slice(0, -1)
      .map((line) => JSON.parse(line).modified);
    expect(dates.sort()).toEqual(['2023-06-02T00:00:00.000Z', '2023-06-03T00:00:00.000Z']);
  });

  it('is CSV on demand, with guarded texts and numbers as they are', async () => {
    const { text, headers } = await get(`${table}?format=csv`);
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    const [header, ...rows] = parse(text, { record_delimiter: '\r\n' }) as string[][];
    expect(header).toEqual(Object.keys(posted[kind]?.[0] ?? {}));
    const wanted = (posted[kind] ?? []).map((record) =>
      Object.values(record).map((value) => (value === null ? '' : String(value).replace(/^=/, "'="))),
    );
    expect(rows).toEqual(wanted);
  });
});

describe('the export of revisions', () => {
  it('has every state of every record, oldest first, the present one too', async () => {
    const kind = kinds[0];
    const record = posted[0]?.[2] as Record<string, string>;
    const owner = record[kind?.owner ?? ''] ?? '';
    clock.set(instant('2024-01-01T00:00:00Z'));
    const sent = { token: await kind?.tokenFor(owner), body: { app_version: '2' } };
    const changed = (await call('PATCH', `${kind?.collection(owner)}/${record['uuid']}`, sent)).json;

    const { text } = await get('revisions');
    const lines = linesOf(text)
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(16);
    const places_ = lines.map(({ uuid, kind: name, revision }) => `${uuid}:${name}:${revision}`);
    expect(places_).toEqual([...places_].sort());
    const known = lines.filter(({ uuid }) => uuid === record['uuid']);
    expect(known).toEqual([
      {
        kind: 'patient_installation',
        uuid: record['uuid'],
        revision: 1,
        at: record['modified'],
        by: owner,
        changes: [],
        record,
      },
      {
        kind: 'patient_installation',
        uuid: record['uuid'],
        revision: 2,
        at: '2024-01-01T00:00:00.000Z',
        by: owner,
        changes: [{ field: 'app_version', from: record['app_version'], to: '2' }],
        record: changed,
      },
    ]);
    expect(linesOf((await get(`revisions?after=${places_[7]}`)).text).slice(0, -1)).toEqual(linesOf(text).slice(8, -1));
    const csv = await get('revisions?format=csv&modified_from=2024-01-01T00:00:00Z');
    expect(parse(csv.text, { columns: true })).toEqual([
      expect.objectContaining({
        revision: '2',
        changes: JSON.stringify(known[1].changes),
        record: JSON.stringify(changed),
      }),
    ]);
  });
});

describe('an export', () => {
  it.each([
    ['patients', 404],
    ['patient_installations?format=xml', 400],
    ['patient_installations?afterwards=1', 400],
    ['patient_installations?after=a&after=b', 400],
    ['patient_installations?after=%00', 400],
    ['patient_installations?after=', 400],
    ['revisions?after=', 400],
    ['revisions?after=:patient_installation:1', 400],
    ['patient_installations?modified_from=yesterday&modified_before=', 400],
    ['revisions?after=8a8a27a2', 400],
    ['revisions?after=8a8a27a2:meter:1', 400],
    ['revisions?after=8a8a27a2:patient_installation:0', 400],
  ])('of %s is %i', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('is kept as an access of whoever asked for it, before its first byte, whatever its answer', async () => {
    const asked = async (method: 'GET' | 'HEAD', path: string) =>
      (await call(method, `${EXPORT}/${path}`, { token })).status;
    const statuses = [
      await asked('GET', 'revisions?format=csv&after=a:blood_glucose_meter:1'),
      await asked('HEAD', 'blood_glucose_meters'),
      await asked('GET', 'patient_installations?format=xml'),
      await asked('GET', 'patients'),
    ];
    expect(statuses).toEqual([200, 200, 400, 404]);
    // For want of a place nothing is shown.
    const leave = [slots.take(), slots.take()];
    expect(await asked('GET', 'revisions')).toBe(503);
    for (const each of leave) each?.();
    const { json } = await call('GET', '/dhos/v1/telemetry/accesses?actor=warehouse', { token });
    const one = { actor: 'warehouse', operation: 'GET /dhos/v1/telemetry/export/{table}', person_id: null };
    expect(json['results']).toEqual([
      expect.objectContaining({ ...one, query: null, status: 404 }),
      expect.objectContaining({ ...one, query: 'format=xml', status: 400 }),
      expect.objectContaining({ ...one, query: null, status: 200 }),
      expect.objectContaining({ ...one, query: 'format=csv&after=a:blood_glucose_meter:1', status: 200 }),
    ]);
  });

  it('takes one of two slots, and frees it at the end', async () => {
    const leave = [slots.take(), slots.take()];
    const { status, headers } = await get('revisions');
    expect([status, headers.get('Retry-After')]).toEqual([503, '10']);
    expect((await call('HEAD', `${EXPORT}/revisions`, { token })).status).toBe(200);
    for (const each of [...leave, ...leave]) each?.();
    for (let round = 0; round < 3; round++) expect((await get('revisions')).status).toBe(200);
  });

  it('is only described by HEAD', async () => {
    const { status, headers, text } = await call('HEAD', `${EXPORT}/revisions?format=csv`, { token });
    expect([status, text, headers.get('Content-Length')]).toEqual([200, '', null]);
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
  });
});
