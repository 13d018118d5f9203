import {
  createDashboard,
  type DashboardOptions,
  DevelopmentDoor,
  OneTimeCodes,
  telemetryClient,
} from '../../src/index.js';
import { cookieJar } from './browser.js';

/** What the API answers to a request, by its path and query. */
export type Script = (url: URL, init: RequestInit) => unknown;

export const NOW = Math.floor(Date.now() / 1000);

/** An empty page of a list. */
export const NOTHING_FOUND = { results: [], next_page_token: null, as_of: '2026-01-31T09:30:00.000Z' };

/** Returns an unsigned token: the dashboard only reads it. */
export function tokenOf(claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = { exp: NOW + 3600, scope: 'read:gdm_telemetry_fleet', metadata: { clinician_id: 'staff-1' }, ...claims };
  return `${part({ alg: 'none' })}.${part(all)}.`;
}

/** A dashboard over an API that answers from a script, and a browser that keeps cookies. */
export function dashboardOver(script: Script, token = tokenOf(), options: Partial<DashboardOptions> = {}) {
  const calls: { url: URL; init: RequestInit }[] = [];
  const codes = new OneTimeCodes();
  const errors: unknown[] = [];
  const { fetch } = createDashboard({
    clientFor: (held, requestId) =>
      telemetryClient('http://api.test', held, requestId, async (url, init) => {
        calls.push({ url: new URL(url), init });
        const answer = script(new URL(url), init);
        return answer instanceof Response ? answer : Response.json(answer);
      }),
    sessionKey: new Uint8Array(32).fill(7),
    url: undefined,
    issuers: [{ metadata: 'metadata', scope: 'scope' }],
    development: new DevelopmentDoor(async () => token, codes),
    onError: (error) => errors.push(error),
    ...options,
  });
  const jar = cookieJar();
  const setCookies: string[] = [];
  const base = options.url ?? new URL('http://localhost:5000/dashboard/');

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = jar.header();
    const headers = { ...(cookie && { cookie }), ...init.headers };
    const response = await fetch(new Request(new URL(path, base), { ...init, headers }));
    setCookies.push(...response.headers.getSetCookie());
    return jar.keep(response);
  }

  return {
    calls,
    cookies: jar.cookies,
    setCookies,
    errors,
    codes,
    send,
    enter: () => send(`enter?code=${codes.newCode()}`),
    post: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { origin: base.origin, ...headers },
      }),
  };
}

/** A problem as the API answers it. */
export function problem(
  status: number,
  detail: string,
  errors?: readonly { path: string; message: string }[],
): Response {
  const body = { type: 'about:blank', title: 'Problem', status, detail, message: detail, ...(errors && { errors }) };
  const headers = { 'Content-Type': 'application/problem+json', 'X-Request-ID': 'r-1' };
  return Response.json(body, { status, headers });
}
