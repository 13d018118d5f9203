import { expect, test } from 'vitest';
import { peopleOf, RECEIPT } from './support/people.js';
import { dashboardOver, problem, tokenOf } from './support/scripted-api.js';

const ERASE = 'erase:gdm_telemetry_all';
const ID = 'p/1 "é" ';
const ADDRESS = `erase?${new URLSearchParams({ id: ID })}`;

async function officer(erased?: () => unknown) {
  const dashboard = dashboardOver(peopleOf(erased && { erased }), tokenOf({ scope: ERASE }));
  await dashboard.enter();
  const bodies = () => dashboard.calls.map(({ init }) => JSON.parse(String(init.body)));
  const keys = () => dashboard.calls.map(({ init }) => new Headers(init.headers).get('idempotency-key'));
  return { ...dashboard, bodies, keys };
}

const attemptIn = (html: string) => /name="attempt" value="([^"]+)"/.exec(html)?.[1] ?? '';

test('an erasure is counted first, and done when the id is typed again', async () => {
  const { send, post, bodies, keys } = await officer();
  const html = await (await send(ADDRESS)).text();
  expect(html).toContain('Nothing has been erased yet.');
  expect(html).toContain('1,234');
  expect(html).toContain('<form method="post" action="erase?id=p%2F1+%22%C3%A9%22+"');
  const attempt = attemptIn(html);
  const done = await post(ADDRESS, { attempt, typed: ID });
  expect([done.status, done.headers.get('location')]).toEqual([303, 'receipt?id=r-1']);
  expect(bodies()).toEqual([{ person_id: ID, dry_run: true }, { person_id: ID }]);
  expect(keys()[1]).toBe(attempt);
});

test.each(['', 'p/1 "é"', 'P/1 "É" '])('a typed %j erases no one, and the page says so', async (typed) => {
  const { post, bodies } = await officer();
  const html = await (await post(ADDRESS, { attempt: 'attempt-1', typed })).text();
  expect(html).toContain('This is not the id above. Nothing was erased.');
  expect(attemptIn(html)).toBe('attempt-1');
  expect(bodies()).toEqual([{ person_id: ID, dry_run: true }]);
});

test('an id with line breaks is typed in a field that holds them, as browsers send them', async () => {
  const { send, post, bodies } = await officer();
  const address = `erase?${new URLSearchParams({ id: 'a\nb' })}`;
  expect(await (await send(address)).text()).toMatch(/<textarea id="typed"/);
  expect((await post(address, { attempt: 'attempt-1', typed: 'a\r\nb' })).status).toBe(303);
  expect(bodies().at(-1)).toEqual({ person_id: 'a\nb' });
});

test.each([{ origin: '' }, { origin: 'https://elsewhere.test' }, { origin: 'null' }])(
  'an erasure is refused that comes from %j',
  async (headers) => {
    const { post, calls } = await officer();
    const refused = await post(ADDRESS, { attempt: 'attempt-1', typed: ID }, headers);
    expect([refused.status, calls]).toEqual([403, []]);
  },
);

test('no one erases without the scope, or without a session', async () => {
  const support = dashboardOver(peopleOf(), tokenOf({ scope: 'read:gdm_telemetry_all' }));
  const form = { attempt: 'attempt-1', typed: ID };
  expect((await support.post(ADDRESS, form)).headers.get('location')).toMatch(/^sign-in\?/);
  await support.enter();
  expect((await support.post(ADDRESS, form)).status).toBe(403);
  expect(support.calls).toEqual([]);
});

test('an erasure whose end is unknown is offered again under the same key', async () => {
  const { post, keys } = await officer(() => problem(503, 'It took too long.'));
  const again = await (await post(ADDRESS, { attempt: 'attempt-1', typed: ID })).text();
  expect(again).toContain('the person may be erased or not');
  expect(attemptIn(again)).toBe('attempt-1');
  expect(keys()[0]).toBe('attempt-1');
});

test('what the API refuses is said', async () => {
  const { post } = await officer(() => problem(403, 'Nobody erases themselves.'));
  const refused = await post(ADDRESS, { attempt: 'attempt-1', typed: ID });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Nobody erases themselves.')]);
});

test('receipts are listed, shown, and kept as files', async () => {
  const { send } = await officer();
  expect(await (await send('receipts')).text()).toContain('href="receipt?id=r-1"');
  expect(await (await send('receipt?id=r-1')).text()).toContain('href="receipt.json?id=r-1" download=""');
  const file = await send('receipt.json?id=r-1');
  expect(await file.json()).toEqual(RECEIPT);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/json',
    'content-disposition': 'attachment; filename="receipt-r-1.json"',
    'cache-control': 'no-store',
  });
});
