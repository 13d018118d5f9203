import { instant } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { readAllToken } from './support/tokens.js';

const MADE = '2023-05-06T07:08:09.123Z';

describe.each(kinds)('a $name', ({ owner, ownerId, tokenFor, collection, latest, created, body, shown }) => {
  let call: Call;
  let token: string;
  let clock: ReturnType<typeof testApp>['clock'];

  beforeEach(async () => {
    const made = testApp();
    call = clientOf(made.app);
    clock = made.clock;
    token = await tokenFor(ownerId);
  });

  const register = (more: Record<string, unknown> = {}) =>
    call('POST', collection(ownerId), { token, body: { ...body, ...more } });

  it('is registered, and read by its id', async () => {
    const answer = await register();
    expect(answer.status).toBe(created);
    expect(answer.json).toEqual({
      uuid: expect.stringMatching(/^[\da-f-]{36}$/),
      [owner]: ownerId,
      ...shown,
      created: MADE,
      created_by: ownerId,
      modified: MADE,
      modified_by: ownerId,
    });
    const read = await call('GET', `${collection(ownerId)}/${answer.json['uuid']}`, { token });
    expect(read.status).toBe(200);
    expect(read.text).toBe(answer.text);
  });

  it('is another one each time it is registered', async () => {
    const [first, second] = [await register(), await register()];
    expect(first.json['uuid']).not.toBe(second.json['uuid']);
  });

  it('is changed in the fields that are named', async () => {
    const { json } = await register();
    clock.set(instant('2024-01-01T00:00:00.000001Z'));
    const path = `${collection(ownerId)}/${json['uuid']}`;
    const answer = await call('PATCH', path, { token, body: { app_version: '9' } });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ...json, app_version: '9', modified: '2024-01-01T00:00:00.000Z' });
    expect((await call('GET', path, { token })).json).toEqual(answer.json);
  });

  it.each([{}, { app_version: body['app_version'] }])(
    'is left alone by a change that changes nothing: %j',
    async (change) => {
      const { json, text } = await register();
      clock.set(instant('2024-01-01T00:00:00Z'));
      const answer = await call('PATCH', `${collection(ownerId)}/${json['uuid']}`, { token, body: change });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(text);
    },
  );

  it('is not found under another id or another owner', async () => {
    const { json } = await register();
    const everybody = await readAllToken();
    expect((await call('GET', `${collection(ownerId)}/none`, { token })).status).toBe(404);
    const elsewhere = `${collection('someone-else')}/${json['uuid']}`;
    expect((await call('GET', elsewhere, { token: everybody })).status).toBe(404);
    const other = await tokenFor('someone-else');
    expect((await call('PATCH', elsewhere, { token: other, body: { app_version: '9' } })).status).toBe(404);
    expect((await call('GET', `${collection(ownerId)}/${json['uuid']}`, { token })).json).toEqual(json);
  });

  it('has every field checked at once', async () => {
    const wrong = Object.fromEntries(Object.keys(body).map((name) => [name, ['not a value']]));
    const answer = await call('POST', collection(ownerId), { token, body: wrong });
    expect(answer.status).toBe(400);
    const errors = answer.json['errors'] as { path: string; message: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual(
      Object.keys(body)
        .map((name) => `/${name}`)
        .sort(),
    );
    expect(answer.json).toMatchObject({ title: 'Bad Request', status: 400, detail: 'The body is not valid.' });
    expect(answer.json['message']).toBe(answer.json['detail']);
  });

  it('names every field that is missing', async () => {
    const answer = await call('POST', collection(ownerId), { token, body: {} });
    const optional = ['is_bg_value_correct', 'blood_glucose_value'];
    const errors = Object.keys(body)
      .filter((name) => !optional.includes(name))
      .map((name) => ({ path: `/${name}`, message: 'Required' }));
    expect(answer.json['errors']).toEqual(expect.arrayContaining(errors));
    expect(answer.json['errors']).toHaveLength(errors.length);
  });

  it.each([
    ['NUL', 'a\0b'],
    ['a lone surrogate', '\ud800'],
  ])('holds no text with %s', async (_, app_version) => {
    const answer = await register({ app_version });
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toEqual([{ path: '/app_version', message: expect.stringMatching(/^must/) }]);
  });

  it('keeps any other text as it was sent', async () => {
    const app_version = ' \u{1F469}\u200D\u{1F680} \uFFFE é é \u202E "\\/ ';
    expect((await register({ app_version })).json['app_version']).toBe(app_version);
  });

  it('comes back as `{}` while there is none, then the latest', async () => {
    if (latest === undefined) return;
    expect((await call('GET', latest(ownerId), { token })).text).toBe('{}');
    const date = Object.keys(body).find((name) => name.startsWith('date_')) ?? '';
    const newest = await register({ [date]: '2023-01-01T00:00:00Z' });
    await register({ [date]: '2023-01-01T00:30:00+01:00' });
    expect((await call('GET', latest(ownerId), { token })).text).toBe(newest.text);
  });
});
