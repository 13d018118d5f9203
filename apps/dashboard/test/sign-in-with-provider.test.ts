import { decodeJwt } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { Provider } from '../src/index.js';
import { browse, cookieJar } from './support/browser.js';
import { AUDIENCE, CLIENT, type ProviderOptions, startProvider } from './support/openid-provider.js';
import { dashboardOver, NOTHING_FOUND } from './support/scripted-api.js';

const DASHBOARD = new URL('https://telemetry.test/dashboard/');
const SCOPE = 'https://gdm.test/scope';
const METADATA = 'https://gdm.test/metadata';
const FLEET = 'read:gdm_telemetry_fleet';

let stop = async () => {};
afterEach(() => stop());

async function dashboardWithProvider(options: Partial<ProviderOptions> = {}) {
  const claims = { [SCOPE]: FLEET, [METADATA]: { clinician_id: 'c-1' } };
  const started = await startProvider({
    redirectUri: new URL('signed-in', DASHBOARD).href,
    scopes: FLEET,
    claims,
    ...options,
  });
  stop = started.stop;
  const provider = new Provider({
    issuer: started.issuer,
    audience: AUDIENCE,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    url: DASHBOARD,
  });
  const dashboard = dashboardOver(() => NOTHING_FOUND, undefined, {
    url: DASHBOARD,
    provider,
    development: undefined,
    issuers: [{ metadata: METADATA, scope: SCOPE }],
  });
  const jar = cookieJar();
  /** Follows redirects as a browser does, to the dashboard or to the provider. */
  const go = (address: string) =>
    browse(new URL(address, DASHBOARD), (url) =>
      url.href.startsWith(DASHBOARD.href) ? dashboard.send(url.href) : jar.fetch(url),
    );
  return { ...dashboard, go };
}

test('a person signs in with the provider, and comes back to where they wanted to go', async () => {
  const { go, calls, cookies } = await dashboardWithProvider();
  const wanted = 'patients?app_version=4.1.0&app_version=';
  const page = await go(wanted);
  expect(page.visited.at(-1)).toMatch(/\/dashboard\/sign-in\?to=/);
  const link = /<a class="button" href="(begin[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const back = await go(link);
  expect(back.visited.at(-1)).toBe(new URL(wanted, DASHBOARD).href);
  expect(back.status).toBe(200);
  expect(back.text).toContain('Signed in as <bdi class="text">c-1</bdi>');

  const token = new Headers(calls[0]?.init.headers).get('authorization')?.replace('Bearer ', '') ?? '';
  expect(decodeJwt(token)).toMatchObject({ aud: AUDIENCE, scope: FLEET, [SCOPE]: FLEET });
  // Neither in an address, nor in a page, nor readable in a cookie.
  for (const seen of [...back.visited, back.text, ...cookies.values()]) {
    for (const part of token.split('.')) expect(seen).not.toContain(part);
  }
  const begun = new URL(back.visited.find((address) => address.includes('/auth?')) ?? '');
  expect(Object.fromEntries(begun.searchParams)).toMatchObject({
    response_type: 'code',
    audience: AUDIENCE,
    code_challenge_method: 'S256',
    scope:
      'openid read:gdm_telemetry_all read:gdm_telemetry_fleet read:gdm_telemetry_reports export:gdm_telemetry_all erase:gdm_telemetry_all',
  });
});

test('the cookies are for the dashboard alone, over https, out of reach of scripts, and end with the token', async () => {
  const { go, setCookies } = await dashboardWithProvider();
  await go('begin');
  const session = setCookies.findLast((line) => line.startsWith('__Secure-polaris-session=')) ?? '';
  expect(session).toMatch(/; HttpOnly; Secure; SameSite=Lax$|; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax/);
  // Without the attribute: the folder of the address, /dashboard.
  expect(setCookies.filter((line) => /; path=/i.test(line))).toEqual([]);
  const end = Date.parse(/Expires=([^;]+)/i.exec(session)?.[1] ?? '');
  expect(Math.abs(end - Date.now() - 900_000)).toBeLessThan(30_000);
  const flow = setCookies.find((line) => line.startsWith('__Secure-polaris-sign-in=')) ?? '';
  const flowEnd = Date.parse(/Expires=([^;]+)/i.exec(flow)?.[1] ?? '');
  expect(Math.abs(flowEnd - Date.now() - 600_000)).toBeLessThan(30_000);
  expect(setCookies.at(-1)).toBe(session);
});

test('a refusal of the provider is said, as text', async () => {
  const { go } = await dashboardWithProvider({ refuses: true });
  const page = await go('begin');
  expect(page.status).toBe(403);
  expect(page.text).toContain('The sign-in was refused: You are &lt;b&gt;not&lt;/b&gt; a member.');
});

test('an answer of the provider counts once, in the browser that asked for it, with its own state', async () => {
  const { go, send, cookies, errors } = await dashboardWithProvider();
  const { visited } = await go('begin');
  const answer = visited.find((address) => address.includes('/signed-in?')) ?? '';
  cookies.clear();
  const again = await send(answer);
  expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('began in another browser')]);
  const begun = await send('begin');
  expect(begun.status).toBe(303);
  const forged = await send(answer);
  expect([forged.status, await forged.text()]).toEqual([400, expect.stringContaining('Please begin again')]);
  expect(errors).toEqual([]);
  expect([...cookies.keys()]).toEqual([]);
});

test('a token that is none for the API, as providers give it without an audience, is refused at once', async () => {
  const { go, cookies } = await dashboardWithProvider({ tokenFormat: 'opaque' });
  const page = await go('begin');
  expect([page.status, page.text]).toEqual([400, expect.stringContaining('This is no token of this service')]);
  expect([...cookies.keys()]).toEqual([]);
});

test('a provider that is away is said, logged, and asked again the next time', async () => {
  const { go, errors } = await dashboardWithProvider();
  await stop();
  stop = async () => {};
  for (const attempt of [1, 2]) {
    const page = await go('begin');
    expect([page.status, page.text]).toEqual([502, expect.stringContaining('Signing in does not work at the moment')]);
    expect(errors).toHaveLength(attempt);
  }
});

test('signing out ends the session, and a link ends the provider’s session too', async () => {
  const { go, post, cookies, send } = await dashboardWithProvider();
  await go('begin');
  const out = await post('sign-out', {}, { origin: DASHBOARD.origin });
  expect([out.status, out.headers.get('location'), cookies.size]).toEqual([303, 'signed-out', 0]);
  expect(await (await send('signed-out')).text()).toContain('<a href="leave">Sign out of it too</a>');
  const leave = new URL((await send('leave')).headers.get('location') ?? '');
  expect(leave.pathname).toBe('/session/end');
  expect(leave.searchParams.get('post_logout_redirect_uri')).toBe(new URL('sign-in', DASHBOARD).href);
});
