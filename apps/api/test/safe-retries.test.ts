import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';

describe.each(kinds)(
  'a POST of a $name with an Idempotency-Key',
  ({ ownerId, tokenFor, collection, body, created }) => {
    let call: Call;
    let token: string;

    beforeEach(async () => {
      call = clientOf(testApp().app);
      token = await tokenFor(ownerId);
    });

    const post = (key: string, more: Record<string, unknown> = {}) =>
      call('POST', collection(ownerId), { token, body: { ...body, ...more }, headers: { 'Idempotency-Key': key } });

    it('is done once', async () => {
      const first = await post('"key 1"');
      expect(first.status).toBe(created);
      expect(first.headers.get('Idempotency-Replayed')).toBeNull();
      const again = await post('"key 1"');
      expect(again.status).toBe(created);
      expect(again.text).toBe(first.text);
      expect(again.headers.get('ETag')).toBe(first.headers.get('ETag'));
      expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    });

    it('returns the record as first stored, whatever happened to it since', async () => {
      const first = await post('k');
      await call('PATCH', `${collection(ownerId)}/${first.json['uuid']}`, { token, body: { app_version: '9' } });
      expect((await post('k')).text).toBe(first.text);
    });

    it('takes a quoted key and a bare one for the same', async () => {
      const first = await post('8e03978e-40d5-43dd-bc93-6894a57f9324');
      expect((await post('"8e03978e-40d5-43dd-bc93-6894a57f9324"')).text).toBe(first.text);
      const escaped = await post('"a\\"b"');
      expect(escaped.status).toBe(created);
      expect((await post('"a\\"b"')).text).toBe(escaped.text);
    });

    it('is the same request in whatever order and layout its body comes', async () => {
      const first = await post('k');
      const reversed = Object.fromEntries(Object.entries(body).reverse());
      for (const text of [JSON.stringify(reversed), JSON.stringify(body, null, 2)]) {
        const headers = { 'Idempotency-Key': 'k' };
        const again = await call('POST', collection(ownerId), { token, body: text, headers });
        expect(again.text).toBe(first.text);
        expect(again.headers.get('Idempotency-Replayed')).toBe('true');
      }
    });

    it('with another body is refused: 422', async () => {
      await post('k');
      const answer = await post('k', { app_version: '9' });
      expect(answer.status).toBe(422);
    });

    it('does not meet that of another kind of record', async () => {
      const first = await post('k');
      const other = kinds.find((kind) => kind.collection !== collection && kind.tokenFor === tokenFor);
      if (other === undefined) return;
      const answer = await call('POST', other.collection(ownerId), {
        token,
        body: other.body,
        headers: { 'Idempotency-Key': 'k' },
      });
      expect(answer.status).toBe(other.created);
      expect(answer.json['uuid']).not.toBe(first.json['uuid']);
    });

    it('does not meet that of another owner', async () => {
      const first = await post('k');
      const other = await call('POST', collection('someone-else'), {
        token: await tokenFor('someone-else'),
        body,
        headers: { 'Idempotency-Key': 'k' },
      });
      expect(other.status).toBe(created);
      expect(other.json['uuid']).not.toBe(first.json['uuid']);
    });

    it('is authorised again', async () => {
      await post('k');
      const other = await tokenFor('someone-else');
      const answer = await call('POST', collection(ownerId), {
        token: other,
        body,
        headers: { 'Idempotency-Key': 'k' },
      });
      expect(answer.status).toBe(403);
    });

    it.each(['', '""', '"unfinished', 'two words', '"a"b', '"é"', `"${'k'.repeat(256)}"`, '"a\\b"', 'a,b', '"a", "b"'])(
      'that is malformed is refused: 400 for %s',
      async (key) => {
        expect((await post(key)).status).toBe(400);
      },
    );

    it('is refused for its body first', async () => {
      const answer = await post('two words', { app_version: 5 });
      expect(answer.json['errors']).toEqual([{ path: '/app_version', message: 'must be a string' }]);
    });
  },
);
