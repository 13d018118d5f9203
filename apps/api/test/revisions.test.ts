import { instant } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, clientOf } from './support/client.js';
import { kinds } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { readAllToken } from './support/tokens.js';

describe.each(kinds)('the revisions of a $name', ({ collection, ownerId, owner, tokenFor, body, date }) => {
  let call: Call;
  let token: string;
  let clock: ReturnType<typeof testApp>['clock'];
  let path: string;
  let created: Record<string, unknown>;

  beforeEach(async () => {
    const test = testApp();
    call = clientOf(test.app);
    clock = test.clock;
    token = await tokenFor(ownerId);
    created = (await call('POST', collection(ownerId), { token, body })).json;
    path = `${collection(ownerId)}/${created['uuid']}`;
  });

  async function change(at: string, fields: Record<string, unknown>) {
    clock.set(instant(at));
    return (await call('PATCH', path, { token, body: fields })).json;
  }

  const revisions = (query = '') => call('GET', `${path}/revision${query}`, { token });

  it('are one for a record that never changed', async () => {
    expect((await revisions()).json).toEqual({
      results: [{ revision: 1, at: created['modified'], by: ownerId, changes: [], record: created }],
      next_page_token: null,
      as_of: '2023-05-06T07:08:09.123Z',
      complete: true,
    });
  });

  it('say what each change changed, newest first, and show the record as it then stood', async () => {
    const second = await change('2023-06-01T00:00:00Z', { app_version: '9.1', app_product: 'NEW' });
    await change('2023-06-02T00:00:00Z', { app_version: '9.1' });
    const third = await change('2023-06-03T00:00:00Z', { app_version: body['app_version'] });
    const { json } = await revisions();
    expect(json['results']).toEqual([
      {
        revision: 3,
        at: '2023-06-03T00:00:00.000Z',
        by: ownerId,
        changes: [{ field: 'app_version', from: '9.1', to: body['app_version'] }],
        record: third,
      },
      {
        revision: 2,
        at: '2023-06-01T00:00:00.000Z',
        by: ownerId,
        changes: [
          { field: 'app_product', from: body['app_product'], to: 'NEW' },
          { field: 'app_version', from: body['app_version'], to: '9.1' },
        ],
        record: second,
      },
      { revision: 1, at: created['modified'], by: ownerId, changes: [], record: created },
    ]);
  });

  it('have no changes where the shown values are equal', async () => {
    await change('2023-06-01T00:00:00Z', { [date]: '2022-01-01T00:00:00.123001Z' });
    await change('2023-06-02T00:00:00Z', { [date]: '2022-01-01T00:00:00.123999Z' });
    const [last] = (await revisions()).json['results'] as unknown[];
    expect(last).toMatchObject({ revision: 3, at: '2023-06-02T00:00:00.000Z', changes: [] });
  });

  it('are walked by their links', async () => {
    for (const version of ['1', '2', '3', '4']) await change('2023-06-01T00:00:00Z', { app_version: version });
    const numbers: unknown[] = [];
    for (let next: string | undefined = `${path}/revision?page_size=2`; next !== undefined; ) {
      const page = await call('GET', next, { token });
      numbers.push(...(page.json['results'] as { revision: number }[]).map(({ revision }) => revision));
      next = /^<(.+)>; rel="next"$/.exec(page.headers.get('Link') ?? '')?.[1];
    }
    expect(numbers).toEqual([5, 4, 3, 2, 1]);
  });

  it('are read by staff, and are missing where the record is', async () => {
    expect((await call('GET', `${path}/revision`, { token: await readAllToken() })).status).toBe(200);
    expect((await call('GET', `${collection(ownerId)}/none/revision`, { token })).status).toBe(404);
    const other = await tokenFor('other');
    expect((await call('GET', `${path.replace(`/${ownerId}/`, '/other/')}/revision`, { token: other })).status).toBe(
      404,
    );
  });

  it('report ids and parameters that are not valid at once, before they look for the record', async () => {
    const answer = await call('GET', `${collection(ownerId)}/${'r'.repeat(37)}/revision?page_token=x&a=b`, { token });
    expect(answer.status).toBe(400);
    const record = owner === 'patient_id' && path.includes('meter') ? '/meter_id' : '/installation_id';
    expect((answer.json['errors'] as { path: string }[]).map(({ path: at }) => at)).toEqual([
      record,
      '?a',
      '?page_token',
    ]);
  });
});
