import { join } from 'node:path';
import { instantFromEpochMilliseconds } from '@polaris-telemetry/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../support/kinds.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { testApp } from '../support/test-app.js';
import { readAllToken, tokenFor } from '../support/tokens.js';

/** One step of a story sent to the service and to the reference: the same application over memory. */
interface Step {
  readonly kind: number;
  readonly owner: number;
  readonly what: 'register' | 'retry' | 'change' | 'change-if-match' | 'change-if-stale' | 'get' | 'latest';
  /** Which of the records made so far. */
  readonly target: number;
  readonly version: string;
  readonly date: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat({ max: kinds.length - 1 }),
  owner: fc.nat({ max: 1 }),
  what: fc.constantFrom(
    'register',
    'register',
    'retry',
    'change',
    'change-if-match',
    'change-if-stale',
    'get',
    'latest',
    'latest',
  ),
  target: fc.nat({ max: 5 }),
  // Few of them, so that there are ties, and such as sort otherwise by collation, by UTF-16, and beyond an index's limit.
  version: fc.constantFrom(
    '1',
    '10',
    '9',
    'a',
    'B',
    'é',
    '\uFFFF',
    '\u{10000}',
    '',
    'x'.repeat(70),
    `${'x'.repeat(69)}y`,
  ),
  date: fc.constantFrom(
    '2022-01-01T00:00:00Z',
    '2022-01-01T01:00:00+01:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999-00:30',
    '2022-01-01T00:00:00.000001Z',
  ),
});

type Send = (
  method: string,
  path: string,
  init: { headers: Record<string, string>; body?: string },
) => Promise<Response>;

interface Made {
  readonly uuid: string;
  etag: string;
}

/** One of the two receivers of the story, and the records that it created. */
class Listener {
  readonly #send: Send;
  readonly #made = new Map<string, Made[]>();

  constructor(send: Send) {
    this.#send = send;
  }

  /** What it answers, without what differs between any two of them. */
  async hear(
    { kind: index, owner, what, target, version, date }: Step,
    story: string,
    tokens: readonly [string, string],
  ) {
    const kind = kinds[index % kinds.length] ?? kinds[0];
    if (kind === undefined) throw new Error('there are no kinds');
    const id = `${story}-${owner}`;
    const records = this.#made.get(`${index} ${id}`) ?? [];
    this.#made.set(`${index} ${id}`, records);
    const record = records[target % Math.max(records.length, 1)];
    const path = `${kind.collection(id)}/${record?.uuid ?? 'none'}`;
    const [write, read] = tokens;
    const dateField = Object.keys(kind.body).find((name) => name.startsWith('date_')) ?? '';
    const send = async (
      method: string,
      to: string,
      token: string,
      body?: unknown,
      more: Record<string, string> = {},
    ) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...more };
      const init = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
      const response = await this.#send(method, to, init);
      const text = await response.text();
      return {
        status: response.status,
        etag: response.headers.get('ETag') ?? '',
        replayed: response.headers.get('Idempotency-Replayed'),
        json: JSON.parse(text || '{}'),
      };
    };
    const change = (headers: Record<string, string>) =>
      send('PATCH', path, write, { app_version: version, [dateField]: date }, headers);
    const body = { ...kind.body, app_version: version, [dateField]: date };

    const answer = await {
      register: () => send('POST', kind.collection(id), write, body),
      retry: () => send('POST', kind.collection(id), write, body, { 'Idempotency-Key': `key-${target}` }),
      change: () => change({}),
      'change-if-match': () => change({ 'If-Match': record?.etag ?? '"none"' }),
      'change-if-stale': () => change({ 'If-Match': '"stale"' }),
      get: () => send('GET', path, read),
      latest: () => send('GET', kind.latest?.(id) ?? path, read),
    }[what]();

    const { uuid, created, modified, ...shown } = answer.json as Record<string, unknown>;
    if (what === 'register' || (what === 'retry' && answer.replayed === null && answer.status < 300)) {
      records.push({ uuid: String(uuid), etag: answer.etag });
    }
    const which = records.findIndex((one) => one.uuid === uuid);
    const known = records[which];
    if (known !== undefined && answer.status < 300 && answer.replayed === null) known.etag = answer.etag;
    return { status: answer.status, replayed: answer.replayed, which, untouched: created === modified, shown };
  }
}

const folder = temporaryFolder();
let url: string;

beforeAll(async () => {
  const service = await new Service({ DATABASE_EMBEDDED_FOLDER: join(folder, 'data') }).ready();
  url = await service.url();
});
afterAll(async () => {
  await Service.endAll();
  remove(folder);
});

it('the service does what the reference does, whatever the order', async () => {
  const { app, clock } = testApp();
  const reference: Send = async (method, path, init) => {
    // Time passes, or ties would be decided by ids that differ.
    clock.set(instantFromEpochMilliseconds(Date.now() + now++));
    return app.request(path, { method, ...init });
  };
  let now = 0;
  let stories = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const story = `story-${stories++}`;
      const ids = [`${story}-0`, `${story}-1`];
      const write = await tokenFor({ scope: 'write:gdm_telemetry', metadata: { patient_id: ids, clinician_id: ids } });
      const tokens = [write, await readAllToken()] as const;
      const service = new Listener((method, path, init) => fetch(`${url}${path}`, { method, ...init }));
      const model = new Listener(reference);
      for (const one of steps) {
        expect(await service.hear(one, story, tokens), JSON.stringify(one)).toEqual(
          await model.hear(one, story, tokens),
        );
      }
    }),
    { numRuns: 60 },
  );
});
