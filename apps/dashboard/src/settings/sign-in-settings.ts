import { isLoopback } from '../http/loopback.js';

/** The settings of the sign-in, each well formed on its own; secrets are already read from their files. */
export interface SignInGiven {
  readonly DASHBOARD_CLIENT_ID: string;
  /** Undefined if the provider relies on PKCE alone. */
  readonly DASHBOARD_CLIENT_SECRET: string | undefined;
  readonly DASHBOARD_URL: URL | undefined;
  readonly DASHBOARD_SESSION_KEY: string | undefined;
  readonly AUTH0_DOMAIN: string | undefined;
  readonly AUTH0_AUDIENCE: string | undefined;
}

/** How people sign in, by OpenID Connect with the AUTH0 issuer. */
export interface SignInSettings {
  readonly issuer: URL;
  /** The audience of the access tokens: the API. */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Where browsers reach the dashboard; ends with a slash. */
  readonly url: URL;
  /** Seals the sessions; its UTF-8 bytes count. */
  readonly sessionKey: string;
}

/** Called with a setting and what is wrong with it, phrased to follow its name; without secrets. */
export type Fault = (name: keyof SignInGiven, problem: string) => void;

/** Bytes. A shorter key may be guessed, and with it anyone's session. */
const SHORTEST_KEY = 32;

/**
 * Checks the rules of the sign-in.
 *
 * @param production whether plain http is refused even on the same machine
 * @returns undefined after a fault
 */
export function signInSettings(given: SignInGiven, production: boolean, fault: Fault): SignInSettings | undefined {
  const { DASHBOARD_URL: url, DASHBOARD_SESSION_KEY: sessionKey, AUTH0_AUDIENCE: audience } = given;
  const issuer = issuerOf(given.AUTH0_DOMAIN, production, fault);
  if (url === undefined) fault('DASHBOARD_URL', 'must be set when DASHBOARD_CLIENT_ID is set');
  else checkUrl(url, production, fault);
  if (sessionKey === undefined) {
    const rule = 'when DASHBOARD_CLIENT_ID is set, and be the same in every process';
    fault('DASHBOARD_SESSION_KEY', `must be set, or DASHBOARD_SESSION_KEY_FILE, ${rule}`);
  } else if (Buffer.byteLength(sessionKey) < SHORTEST_KEY) {
    fault('DASHBOARD_SESSION_KEY', `must have at least ${SHORTEST_KEY} bytes`);
  }
  if (issuer === undefined || audience === undefined || url === undefined || sessionKey === undefined) return undefined;
  const { DASHBOARD_CLIENT_ID: clientId, DASHBOARD_CLIENT_SECRET: clientSecret } = given;
  return { issuer, audience, clientId, clientSecret, url: withSlash(url), sessionKey };
}

function checkUrl(url: URL, production: boolean, fault: Fault): void {
  if (url.search !== '' || url.hash !== '') fault('DASHBOARD_URL', 'must not have a query or a fragment');
  if (isPlain(url, production)) {
    fault('DASHBOARD_URL', 'must begin with https://: the cookies are sent over https alone');
  }
}

function issuerOf(domain: string | undefined, production: boolean, fault: Fault): URL | undefined {
  if (domain === undefined) {
    fault('AUTH0_DOMAIN', 'must be set when DASHBOARD_CLIENT_ID is set: people sign in there');
    return undefined;
  }
  const url = URL.parse(domain) ?? undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && !isPlain(url, production)) return url;
  fault('AUTH0_DOMAIN', 'must begin with https:// when DASHBOARD_CLIENT_ID is set: people sign in there');
  return undefined;
}

/** Whether anyone on the network path could read what is sent there. */
function isPlain({ protocol, hostname }: URL, production: boolean): boolean {
  return protocol !== 'https:' && (production || !isLoopback(hostname));
}

function withSlash(url: URL): URL {
  return new URL(url.pathname.endsWith('/') ? url.href : `${url.href}/`);
}
