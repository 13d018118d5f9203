import { expect, test } from 'vitest';
import { SITE } from '../src/site.js';
import { dashboardOver, NOTHING_FOUND, NOW, problem, tokenOf } from './support/scripted-api.js';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const headersOf = ({ headers }: Response) =>
  Object.fromEntries(Object.keys(HEADERS).map((name) => [name, headers.get(name)]));

test('every page and file says what browsers may do with it, signed in or not, and also when it fails', async () => {
  const signedOut = dashboardOver(() => NOTHING_FOUND);
  const signedIn = dashboardOver(() => problem(503, 'away'));
  await signedIn.enter();
  const paths = [
    ...SITE.map(({ path }) => path || './'),
    'sign-in',
    'signed-out',
    'time-zone',
    'no-such-page',
    'enter?code=x',
  ];
  for (const { send } of [signedOut, signedIn]) {
    for (const path of paths) expect([path, headersOf(await send(path))]).toEqual([path, HEADERS]);
  }
  expect(headersOf(await signedOut.post('sign-in', { token: 'x' }))).toEqual(HEADERS);
  expect(headersOf(await signedOut.post('sign-in', {}, { origin: 'https://evil.test' }))).toEqual(HEADERS);
});

test.each([
  ['another site', { origin: 'https://evil.test' }],
  ['another port of the same machine', { origin: 'http://localhost:6000' }],
  ['a sandboxed frame, or a file', { origin: 'null' }],
  ['another site that hides its name', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['another service of the same site that hides its name', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ['nowhere', { origin: '' }],
])('a form from %s is refused, and does nothing', async (_, headers) => {
  const { enter, post, cookies } = dashboardOver(() => NOTHING_FOUND);
  await enter();
  for (const path of ['sign-out', 'sign-in', 'time-zone', 'patients', 'no-such-page']) {
    expect([path, (await post(path, { token: tokenOf() }, headers)).status]).toEqual([path, 403]);
  }
  expect([...cookies.keys()]).toEqual(['polaris-session']);
});

test.each([
  ['too long', 413, 'a'.repeat(40_000), 'application/x-www-form-urlencoded'],
  ['no form', 400, 'x', 'multipart/form-data; boundary=x'],
])('a body that is %s is %d, and no error of ours', async (_, status, body, type) => {
  const { send, errors } = dashboardOver(() => NOTHING_FOUND);
  for (const path of ['sign-in', 'time-zone']) {
    const headers = { origin: 'http://localhost:5000', 'content-type': type };
    const sent = await send(path, { method: 'POST', body, headers });
    expect([path, sent.status]).toEqual([path, status]);
  }
  expect(errors).toEqual([]);
});

test('a form of the dashboard itself passes, also where the browser hides its name from itself', async () => {
  const { post } = dashboardOver(() => NOTHING_FOUND);
  expect((await post('sign-out', {})).status).toBe(303);
  expect((await post('sign-out', {}, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(303);
});

test('a page without a session leads to the sign-in, and back', async () => {
  const { send, post, calls } = dashboardOver(() => NOTHING_FOUND);
  const response = await send('patients?app_version=4.1.0');
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    'sign-in?to=patients%3Fapp_version%3D4.1.0',
  ]);
  const signedIn = await post('sign-in', { token: ` ${tokenOf()}\n`, to: 'patients?app_version=4.1.0' });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, 'patients?app_version=4.1.0']);
  expect(calls).toEqual([]);
});

test.each([
  ['no token', 'x'],
  ['a token that has ended', tokenOf({ exp: NOW - 1 })],
  ['a token without end', tokenOf({ exp: undefined })],
  ['a token that no browser keeps', tokenOf({ filler: 'x'.repeat(20_000) })],
])('%s lets no one in', async (_, token) => {
  const { post, cookies } = dashboardOver(() => NOTHING_FOUND);
  const response = await post('sign-in', { token, to: 'patients?model=x' });
  // Another attempt leads to where the person wanted to go, too.
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining('name="to" value="patients?model=x"'),
  ]);
  expect([...cookies.keys()]).toEqual([]);
});

test('a code lets one person in, once, within ten minutes, and from this machine only', async () => {
  const { codes, send } = dashboardOver(() => NOTHING_FOUND);
  const code = codes.newCode();
  expect((await send(`http://10.0.0.1:5000/dashboard/enter?code=${code}`)).status).toBe(403);
  expect((await send(`http://evil.test/dashboard/enter?code=${code}`)).status).toBe(403);
  expect((await send(`enter?code=${code}`, { method: 'HEAD' })).status).toBe(204);
  expect((await send(`enter?code=${code}`)).status).toBe(303);
  expect((await send(`enter?code=${code}`)).status).toBe(400);
  expect((await send('enter')).status).toBe(400);
  const old = codes.newCode(Date.now() - 600_001);
  expect((await send(`enter?code=${old}`)).status).toBe(400);
});

test('what the token may not see, the page says, and does not offer; nothing is asked of the API', async () => {
  const { enter, send, calls } = dashboardOver(() => NOTHING_FOUND, tokenOf({ scope: 'read:gdm_telemetry_reports' }));
  await enter();
  const response = await send('patients');
  const html = await response.text();
  expect(response.status).toBe(403);
  expect(html).toContain('It needs permission to:</p><ul><li>search, and see all reports');
  expect(html).not.toContain('href="patients"');
  expect(html).toContain('href="adoption"');
  expect(calls).toEqual([]);
});

test.each([
  [401, 401, 'Your sign-in has ended'],
  [403, 403, 'Your sign-in does not let you see this. The service says: because &lt;b&gt;'],
  [404, 404, 'There is no such record'],
  [503, 503, 'The service cannot answer this right now: because &lt;b&gt;'],
  [500, 503, 'Quote r-1 when you report it'],
])('an API that answers %i makes a page of %i', async (status, shown, words) => {
  const { enter, send } = dashboardOver(() => problem(status, 'because <b>'));
  await enter();
  const response = await send('patients');
  expect([response.status, await response.text()]).toEqual([shown, expect.stringContaining(words)]);
});

test('an API that is away is said; a fault of ours is logged, and shown by the request’s id alone', async () => {
  const away = dashboardOver(() => {
    throw new TypeError('fetch failed');
  });
  await away.enter();
  expect((await away.send('patients')).status).toBe(503);
  const broken = dashboardOver(() => ({ results: [{}], next_page_token: null, as_of: '' }));
  await broken.enter();
  const response = await broken.send('patients', { headers: { 'x-request-id': 'r-2' } });
  const html = await response.text();
  expect([response.status, html]).toEqual([500, expect.stringContaining('<code>r-2</code>')]);
  expect(html).not.toMatch(/undefined|TypeError/);
  expect(broken.errors).toHaveLength(1);
});

test('a person reads times in the zone that they chose', async () => {
  const { enter, send, post } = dashboardOver(() => NOTHING_FOUND);
  await enter();
  expect((await post('time-zone', { zone: 'Mars/Olympus', to: 'patients' })).status).toBe(400);
  const chosen = await post('time-zone', { zone: 'Asia/Kolkata', to: 'patients' });
  expect(chosen.headers.get('location')).toBe('patients');
  expect(await (await send('patients')).text()).toContain('Times are in Asia/Kolkata.');
  const searched = await send('patients?form=1&since_from=2026-07-31T09:30');
  expect(searched.headers.get('location')).toBe('patients?since_from=2026-07-31T04%3A00%3A00.000Z');
  expect(await (await send('patients?since_from=2026-07-31T04%3A00%3A00.000Z')).text()).toMatch(
    /type="datetime-local" value="2026-07-31T09:30"/,
  );
});
