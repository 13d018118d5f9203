import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';

describe.each(kinds)('a conditional request for a $name', ({ ownerId, tokenFor, collection, latest, body }) => {
  let call: Call;
  let token: string;
  let path: string;
  let etag: string;

  beforeEach(async () => {
    call = clientOf(testApp().app);
    token = await tokenFor(ownerId);
    const made = await call('POST', collection(ownerId), { token, body });
    path = `${collection(ownerId)}/${made.json['uuid']}`;
    etag = made.headers.get('ETag') ?? '';
  });

  const get = (headers: Record<string, string>) => call('GET', path, { token, headers });
  const patch = (headers: Record<string, string>, app_version = '9') =>
    call('PATCH', path, { token, headers, body: { app_version } });

  it('goes by a strong tag that is the same from every operation', async () => {
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect((await get({})).headers.get('ETag')).toBe(etag);
    expect((await call('HEAD', path, { token })).headers.get('ETag')).toBe(etag);
    expect((await call('PATCH', path, { token, body: {} })).headers.get('ETag')).toBe(etag);
    if (latest !== undefined) expect((await call('GET', latest(ownerId), { token })).headers.get('ETag')).toBe(etag);
    const changed = (await patch({})).headers.get('ETag');
    expect(changed).not.toBe(etag);
    expect((await get({})).headers.get('ETag')).toBe(changed);
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag, weakly', (tag: string) => `W/${tag}`],
    ['any tag', () => '*'],
    ['a list', (tag: string) => `"other" , W/"x",, ${tag}`],
    ['a tag with a comma before', (tag: string) => `"a,b",${tag}`],
  ])('is not modified for If-None-Match with %s', async (_, header) => {
    const answer = await get({ 'If-None-Match': header(etag) });
    expect(answer.status).toBe(304);
    expect(answer.text).toBe('');
    expect(answer.headers.get('ETag')).toBe(etag);
    expect(answer.headers.get('Content-Type')).toBeNull();
    expect((await call('HEAD', path, { token, headers: { 'If-None-Match': header(etag) } })).status).toBe(304);
  });

  it('is given where If-None-Match names others', async () => {
    expect((await get({ 'If-None-Match': '"other", "x"' })).status).toBe(200);
  });

  it.each([
    ['another tag', () => '"other"'],
    ['the tag, weakly', (tag: string) => `W/${tag}`],
    ['the tag without quotes', (tag: string) => tag.replaceAll('"', '')],
    ['nothing', () => ''],
  ])('fails for If-Match with %s, and changes nothing', async (_, header) => {
    const headers = { 'If-Match': header(etag) };
    expect((await patch(headers)).status).toBe(412);
    expect((await get(headers)).status).toBe(412);
    expect((await get({})).headers.get('ETag')).toBe(etag);
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['a list', (tag: string) => `"other", ${tag}`],
    ['any tag', () => '*'],
  ])('is done for If-Match with %s', async (_, header) => {
    expect((await get({ 'If-Match': header(etag) })).status).toBe(200);
    const answer = await patch({ 'If-Match': header(etag) });
    expect(answer.status).toBe(200);
    expect(answer.json['app_version']).toBe('9');
    expect((await patch({ 'If-Match': etag })).status).toBe(412);
  });

  it('looks for the record first: 404 before 412', async () => {
    const none = await call('PATCH', `${collection(ownerId)}/none`, {
      token,
      headers: { 'If-Match': '"x"' },
      body: {},
    });
    expect(none.status).toBe(404);
  });

  it('lets only one of two changes win that saw the same record', async () => {
    const answers = await Promise.all([patch({ 'If-Match': etag }, 'a'), patch({ 'If-Match': etag }, 'b')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
