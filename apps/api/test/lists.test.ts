import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import type { Answer } from './support/documented.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { readAllToken } from './support/tokens.js';

const AS_OF = '2023-05-06T07:08:09.123Z';

describe.each(kinds)('the list of a $name', ({ collection, ownerId, owner, tokenFor, body, date }) => {
  let call: Call;
  let token: string;
  const path = collection(ownerId);

  beforeEach(async () => {
    call = clientOf(testApp().app);
    token = await tokenFor(ownerId);
  });

  const get = (query = '', at = path) => call('GET', `${at}${query}`, { token });

  /** Registers some records, and returns them in the order of the list. */
  async function registered(count: number, more: Record<string, unknown> = {}) {
    const records = [];
    for (let number = 1; number <= count; number++) {
      const at = `2022-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;
      records.unshift((await call('POST', path, { token, body: { ...body, ...more, [date]: at } })).json);
    }
    return records;
  }

  async function walk(query: string): Promise<Answer[]> {
    const pages = [await get(query)];
    for (let page = pages[0]; page?.json['next_page_token']; page = pages.at(-1)) {
      const link = /^<(.+)>; rel="next"$/.exec(page.headers.get('Link') ?? '')?.[1] ?? '';
      pages.push(await get('', link));
    }
    return pages;
  }

  it('is empty for an owner without any', async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ results: [], next_page_token: null, as_of: AS_OF });
    expect(answer.headers.has('Link')).toBe(false);
    expect(answer.headers.has('ETag')).toBe(false);
  });

  it('has the records as GET by id returns them, for staff too', async () => {
    const records = await registered(3);
    expect((await get()).json).toEqual({ results: records, next_page_token: null, as_of: AS_OF });
    const staff = await call('GET', path, { token: await readAllToken() });
    expect(staff.json['results']).toEqual(records);
  });

  it.each([1, 2, 3, 7, 1000])('is walked by its links, in pages of %i', async (size) => {
    const records = await registered(7);
    const pages = await walk(`?page_size=${size}`);
    expect(pages.flatMap(({ json }) => json['results'])).toEqual(records);
    expect(pages).toHaveLength(Math.ceil(7 / size));
    for (const page of pages) expect(page.headers.has('Link')).toBe(page.json['next_page_token'] !== null);
  });

  it('has 50 results when not asked for another number', async () => {
    await registered(28);
    await registered(28);
    const pages = await walk('');
    expect(pages.map(({ json }) => (json['results'] as unknown[]).length)).toEqual([50, 6]);
  });

  it('has pages of 8 MiB at most, and never an empty one', async () => {
    // Twice as long as JSON.
    const records = await registered(9, { app_product: '"'.repeat(520_000) });
    const pages = await walk('?page_size=1000');
    for (const { text } of pages) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * 1_048_576);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap(({ json }) => json['results'])).toEqual(records);
  });

  it('takes a token with another page size, not with another path, and not after a change', async () => {
    await registered(3);
    const { json } = await get('?page_size=1');
    const next = String(json['next_page_token']);
    expect((await get(`?page_token=${next}&page_size=2`)).status).toBe(200);
    const other = call('GET', `${collection('other')}?page_token=${next}`, { token: await readAllToken() });
    for (const answer of [await other, await get(`?page_token=${next}x`), await get('?page_token=')]) {
      expect(answer.status).toBe(400);
      expect(answer.json['errors']).toEqual([{ path: '?page_token', message: expect.any(String) }]);
    }
  });

  it('refuses all that is wrong at once, ids in the path first', async () => {
    const long = 'x'.repeat(37);
    const answer = await call('GET', `${collection(long)}?page_size=0&page_token=x&what=1&page_token=y`, {
      token: await tokenFor(long),
    });
    expect(answer.status).toBe(400);
    const paths = (answer.json['errors'] as { path: string }[]).map(({ path: at }) => at);
    const ofOwner = owner === 'patient_id' && path.includes('meter') ? [] : [`/${owner}`];
    expect(paths).toEqual([...ofOwner, '?page_size', '?page_token', '?what']);
  });

  it('answers HEAD, and ignores conditions', async () => {
    await registered(2);
    const head = await call('HEAD', `${path}?page_size=1`, { token });
    expect(head.status).toBe(200);
    expect(head.headers.get('Link')).toMatch(/rel="next"$/);
    expect((await call('GET', path, { token, headers: { 'If-Match': '"x"', 'If-None-Match': '*' } })).status).toBe(200);
  });

  it('is apart from writes in its limits', async () => {
    const { app } = testApp({ requestsInProgress: { ...testApp().dependencies.requestsInProgress, reads: full() } });
    const busy = clientOf(app);
    expect((await busy('GET', path, { token })).status).toBe(503);
    expect((await busy('POST', path, { token, body })).status).toBeLessThan(300);
  });
});

function full() {
  return { isFull: true, size: 0, run: () => Promise.reject(new Error('not to be run')) } as never;
}

it('the link of an owner whose id wants encoding leads to the next page', async () => {
  const id = 'é/ü "<>%'.replace('/', '');
  const [kind] = kinds;
  if (kind === undefined) throw new Error('there are no kinds');
  const call = clientOf(testApp().app);
  const token = await kind.tokenFor(id);
  const path = kind.collection(encodeURIComponent(id));
  for (let count = 0; count < 2; count++) await call('POST', path, { token, body: kind.body });
  const link = (await call('GET', `${path}?page_size=1`, { token })).headers.get('Link');
  const next = /^<([\x21-\x7e]+)>; rel="next"$/.exec(link ?? '')?.[1] ?? '';
  expect((await call('GET', next, { token })).json['results']).toHaveLength(1);
});
