import type { DashboardConfig, TokenConfig } from './config.js';
import type { Review } from './review.js';
import type { SettingValues } from './settings.js';

/** Bytes. A shorter key may be guessed, and with it anyone's session. */
const SHORTEST_KEY = 32;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const COMPANIONS = [
  'DASHBOARD_CLIENT_SECRET',
  'DASHBOARD_CLIENT_SECRET_FILE',
  'DASHBOARD_URL',
  'DASHBOARD_SESSION_KEY',
  'DASHBOARD_SESSION_KEY_FILE',
] as const;

/** Decides how people sign in to the dashboard; undefined: not with a provider, and in production not at all. */
export function dashboardConfig(
  values: SettingValues,
  review: Review,
  production: boolean,
  { auth0 }: Pick<TokenConfig, 'auth0'>,
): DashboardConfig | undefined {
  const { DASHBOARD_CLIENT_ID: clientId, DASHBOARD_URL: url } = values;
  if (clientId === undefined) {
    const idle = COMPANIONS.filter((name) => review.isSet(name));
    if (idle.length > 0) review.warn(`${idle.join(' and ')} set without DASHBOARD_CLIENT_ID: nobody signs in with it.`);
    return undefined;
  }
  if (!review.isSet('AUTH0_DOMAIN')) {
    review.fault('DASHBOARD_CLIENT_ID', 'must not be set without AUTH0_DOMAIN, which is where people sign in');
  }
  if (!review.isSet('DASHBOARD_URL')) review.fault('DASHBOARD_URL', 'must be set when DASHBOARD_CLIENT_ID is set');
  if (url !== undefined) checkUrl(url, review, production);
  const sessionKey = sessionKeyOf(review);
  const clientSecret = review.secret('DASHBOARD_CLIENT_SECRET') || undefined;
  const issuer = auth0 && issuerOf(auth0.issuer, review, production);
  // Anything missing has already been reported as a fault.
  if (url === undefined || sessionKey === undefined || auth0 === undefined || issuer === undefined) return undefined;
  return { clientId, clientSecret, url: withSlash(url), sessionKey, issuer, audience: auth0.audience };
}

function checkUrl(url: URL, review: Review, production: boolean): void {
  if (url.search !== '' || url.hash !== '') review.fault('DASHBOARD_URL', 'must not have a query or a fragment');
  if (isPlain(url, production)) {
    review.fault('DASHBOARD_URL', 'must begin with https://: its cookies are sent over https alone');
  }
}

function sessionKeyOf(review: Review): string | undefined {
  const key = review.secret('DASHBOARD_SESSION_KEY') || undefined;
  if (key !== undefined && Buffer.byteLength(key) < SHORTEST_KEY) {
    const name = review.isSet('DASHBOARD_SESSION_KEY') ? 'DASHBOARD_SESSION_KEY' : 'DASHBOARD_SESSION_KEY_FILE';
    review.fault(name, `must have at least ${SHORTEST_KEY} bytes`);
  }
  if (key === undefined && !review.isWrong('DASHBOARD_SESSION_KEY_FILE')) {
    review.fault(
      'DASHBOARD_SESSION_KEY',
      'must be set, or DASHBOARD_SESSION_KEY_FILE, when DASHBOARD_CLIENT_ID is set, and be the same in every process',
    );
  }
  return key;
}

function issuerOf(issuer: string, review: Review, production: boolean): URL | undefined {
  const url = URL.parse(issuer) ?? undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && !isPlain(url, production)) return url;
  review.fault('AUTH0_DOMAIN', 'must begin with https:// when DASHBOARD_CLIENT_ID is set: people sign in there');
  return undefined;
}

/** Whether anyone on the way could read what is sent there. */
function isPlain({ protocol, hostname }: URL, production: boolean): boolean {
  return protocol !== 'https:' && (production || !LOOPBACK.includes(hostname));
}

function withSlash(url: URL): URL {
  return new URL(url.pathname.endsWith('/') ? url.href : `${url.href}/`);
}
