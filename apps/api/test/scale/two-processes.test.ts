import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions } from '../support/client.js';
import { type Kind, kinds } from '../support/kinds.js';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { readAllToken } from '../support/tokens.js';

/** Two processes of the built service that know nothing of each other but the database. */
let database: SuiteDatabase;
let urls: readonly [string, string];

beforeAll(async () => {
  database = await startSuiteDatabase();
  // At once, on an empty database: both want to make the tables.
  const [one, other] = [new Service(database.env), new Service(database.env)];
  await Promise.all([one.ready(), other.ready()]);
  urls = [await one.url(), await other.url()];
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
});

type Process = 0 | 1;

const call = (process: Process, method: string, path: string, options?: CallOptions) =>
  callOverHttp(urls[process], method, path, options);

/** Every test has its own owner, so that nothing is left over from another. */
let owners = 0;

async function owned({ tokenFor, collection, latest, body }: Kind) {
  const owner = `owner-${++owners}`;
  const token = await tokenFor(owner);
  const path = collection(owner);
  return {
    token,
    path,
    latest: latest?.(owner),
    post: (process: Process, headers: Record<string, string> = {}, more: object = {}) =>
      call(process, 'POST', path, { token, body: { ...body, ...more }, headers }),
  };
}

describe.each(kinds)('two processes with a $name', (kind) => {
  it('give the same bytes and ETag of what one of them wrote, at once', async () => {
    const { token, path, latest, post } = await owned(kind);
    const made = await post(0);
    expect(made.status).toBe(kind.created);
    const etag = made.headers.get('etag');
    const record = `${path}/${made.json['uuid']}`;
    for (const [process, reader] of [[1, token] as const, [0, token] as const, [1, await readAllToken()] as const]) {
      const read = await call(process, 'GET', record, { token: reader });
      expect(read).toMatchObject({ status: 200, text: made.text });
      expect(read.headers.get('etag')).toBe(etag);
    }
    if (latest !== undefined) expect((await call(1, 'GET', latest, { token })).text).toBe(made.text);
    const headers = { 'If-None-Match': etag ?? '' };
    expect((await call(1, 'GET', record, { token, headers })).status).toBe(304);
  });

  it('walk a list and its revisions together, and see each other’s writes at once', async () => {
    const { token, path, post } = await owned(kind);
    const records = [];
    for (const day of ['01', '02', '03'])
      records.unshift((await post(0, {}, { [kind.date]: `2022-01-${day}T00:00:00Z` })).json);
    const walked: unknown[] = [];
    let process: Process = 1;
    for (let next: string | undefined = `${path}?page_size=1`; next !== undefined; process = process === 0 ? 1 : 0) {
      const page = await call(process, 'GET', next, { token });
      walked.push(...(page.json['results'] as unknown[]));
      next = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(walked).toEqual(records);
    const record = `${path}/${records[0]?.['uuid']}`;
    await call(0, 'PATCH', record, { token, body: { app_version: 'two' } });
    const { json } = await call(1, 'GET', `${record}/revision?page_size=1`, { token });
    const change = { field: 'app_version', from: kind.body['app_version'], to: 'two' };
    expect(json).toMatchObject({ complete: true, results: [{ revision: 2, changes: [change] }] });
    const oldest = await call(0, 'GET', `${record}/revision?page_size=1&page_token=${json['next_page_token']}`, {
      token,
    });
    expect(oldest.json).toMatchObject({ next_page_token: null, results: [{ revision: 1, record: records[0] }] });
  });

  it('hold each other to If-Match', async () => {
    const { token, path, post } = await owned(kind);
    const made = await post(0);
    const record = `${path}/${made.json['uuid']}`;
    const headers = { 'If-Match': made.headers.get('etag') ?? '' };
    const changed = await call(1, 'PATCH', record, { token, headers, body: { app_version: 'two' } });
    expect(changed.status).toBe(200);
    expect((await call(0, 'PATCH', record, { token, headers, body: { app_version: 'three' } })).status).toBe(412);
    expect((await call(0, 'GET', record, { token })).text).toBe(changed.text);
    expect((await call(0, 'GET', record, { token, headers: { 'If-None-Match': headers['If-Match'] } })).status).toBe(
      200,
    );
  });

  it('know each other’s retry keys', async () => {
    const { post } = await owned(kind);
    const headers = { 'Idempotency-Key': '"key"' };
    const first = await post(0, headers);
    const again = await post(1, headers);
    expect(again).toMatchObject({ status: kind.created, text: first.text });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await post(1, headers, { app_version: 'other' })).status).toBe(422);
  });

  it('add one record however often both are asked at once with one key', async () => {
    const { post } = await owned(kind);
    const attempt = (process: Process) => post(process, { 'Idempotency-Key': '"at once"' });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => attempt(index % 2 === 0 ? 0 : 1)));
    const added = answers.filter(({ status }) => status === kind.created);
    // 409: the first is still under way.
    for (const { status } of answers) expect([kind.created, 409]).toContain(status);
    expect(added.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(new Set([...added, await attempt(1)].map(({ text }) => text)).size).toBe(1);
  });

  it('lose nothing when both change different fields of one record', async () => {
    const { token, path, post } = await owned(kind);
    const made = await post(0);
    const record = `${path}/${made.json['uuid']}`;
    const change = async (process: Process, field: string) => {
      for (let n = 1; n <= 25; n++) {
        const answer = await call(process, 'PATCH', record, { token, body: { [field]: `${n}` } });
        expect(answer).toMatchObject({ status: 200, json: { [field]: `${n}` } });
      }
    };
    await Promise.all([change(0, 'app_version'), change(1, 'app_product')]);
    const { json } = await call(0, 'GET', record, { token });
    expect(json).toEqual({ ...made.json, app_version: '25', app_product: '25', modified: json['modified'] });
  });

  it('lose no step when both count up one field with If-Match', async () => {
    const { token, path, post } = await owned(kind);
    const made = await post(0, {}, { app_version: '0' });
    const record = `${path}/${made.json['uuid']}`;
    let overtaken = 0;
    const count = async (process: Process) => {
      for (let done = 0; done < 15; ) {
        const { headers, json } = await call(process, 'GET', record, { token });
        const answer = await call(process, 'PATCH', record, {
          token,
          headers: { 'If-Match': headers.get('etag') ?? '' },
          body: { app_version: `${Number(json['app_version']) + 1}` },
        });
        if (answer.status === 412) overtaken++;
        else done++;
        expect([200, 412]).toContain(answer.status);
      }
    };
    await Promise.all([count(0), count(1), count(0), count(1)]);
    expect(overtaken).toBeGreaterThan(0);
    expect((await call(1, 'GET', record, { token })).json['app_version']).toBe('60');
  });
});

it('are both healthy, and one goes on when the other is killed', async () => {
  for (const process of [0, 1] as const)
    await expect.poll(async () => (await call(process, 'GET', '/healthcheck')).status).toBe(200);
  const third = await new Service(database.env).ready();
  third.kill('SIGKILL');
  await third.exit;
  for (const kind of kinds) expect((await (await owned(kind)).post(1)).status).toBe(kind.created);
});
