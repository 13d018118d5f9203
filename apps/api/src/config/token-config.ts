import type { Auth0IssuerConfig, InternalIssuerConfig, TokenConfig } from './config.js';
import { DEVELOPMENT_HS_KEY, DEVELOPMENT_PROXY_URL } from './development-defaults.js';
import type { Review } from './review.js';
import type { SettingValues } from './settings.js';

/** RFC 7518, section 3.2, requires a key as long as the hash; the platform may hand out shorter ones. */
const SHORT_KEY_BYTES = 32;

/**
 * Decides whose tokens count.
 *
 * @param keyNeeded why the public development key must not be trusted, to be read after "must be set"; undefined if it may
 */
export function tokenConfig(
  values: SettingValues,
  review: Review,
  production: boolean,
  keyNeeded: string | undefined,
): TokenConfig {
  const internal = internalIssuer(values, review, production, keyNeeded);
  const auth0 = auth0Issuer(values, review);
  if (auth0?.issuer === internal.issuer) {
    review.fault(
      'AUTH0_DOMAIN',
      'must differ from PROXY_URL with a slash after it: each issuer has its own algorithms',
    );
  }
  if (values.IGNORE_JWT_VALIDATION) {
    review.warn('IGNORE_JWT_VALIDATION is on: every token is trusted unchecked.');
  }
  return { internal, ...(auth0 === undefined ? {} : { auth0 }), ignoreValidation: values.IGNORE_JWT_VALIDATION };
}

function internalIssuer(
  values: SettingValues,
  review: Review,
  production: boolean,
  keyNeeded: string | undefined,
): InternalIssuerConfig {
  const proxyUrl = values.PROXY_URL ?? DEVELOPMENT_PROXY_URL;
  if (!review.isSet('PROXY_URL')) {
    if (production) review.fault('PROXY_URL', 'must be set when ENVIRONMENT is PRODUCTION');
    else review.warn(`PROXY_URL is not set: the development default ${DEVELOPMENT_PROXY_URL} is used.`);
  }
  warnOfScheme('PROXY_URL', proxyUrl, review);
  if (proxyUrl.endsWith('/')) {
    review.warn('PROXY_URL ends with a slash: the platform’s tokens must then name it with two slashes at its end.');
  }
  return { issuer: `${proxyUrl}/`, key: hsKey(review, keyNeeded) };
}

/** Issuers are compared exactly, and a platform may sign with anything, so this is not refused. */
function warnOfScheme(name: 'PROXY_URL' | 'AUTH0_DOMAIN', value: string, review: Review): void {
  if (/^https?:\/\/[^/]/i.test(value)) return;
  review.warn(`${name} does not begin with https:// and a host: tokens must then name it in the same way.`);
}

function hsKey(review: Review, keyNeeded: string | undefined): string {
  const given = review.isSet('HS_KEY') || review.isSet('HS_KEY_FILE');
  if (!given) {
    if (keyNeeded !== undefined) review.fault('HS_KEY', `must be set, or HS_KEY_FILE, ${keyNeeded}`);
    else review.warn('HS_KEY is not set: the public development key is used, and anyone can sign tokens with it.');
    return DEVELOPMENT_HS_KEY;
  }
  const key = review.secret('HS_KEY') ?? DEVELOPMENT_HS_KEY;
  const name = review.isSet('HS_KEY') ? 'HS_KEY' : 'HS_KEY_FILE';
  if (review.isWrong('HS_KEY_FILE')) return key;
  if (keyNeeded !== undefined && key === DEVELOPMENT_HS_KEY) {
    review.fault(name, `must not be the public development key ${keyNeeded}`);
  }
  if (key.trim() !== key)
    review.warn(`${name} begins or ends with a blank or a line break, which is part of the secret.`);
  if (Buffer.byteLength(key) < SHORT_KEY_BYTES) {
    review.warn(`${name} is shorter than ${SHORT_KEY_BYTES} bytes: it may be guessed from any token.`);
  }
  return key;
}

function auth0Issuer(values: SettingValues, review: Review): Auth0IssuerConfig | undefined {
  const { AUTH0_DOMAIN: issuer, AUTH0_AUDIENCE: audience, AUTH0_JWKS_URL: jwksUrl } = values;
  const companions = ['AUTH0_AUDIENCE', 'AUTH0_JWKS_URL'] as const;
  if (issuer === undefined) {
    const idle = companions.filter((name) => review.isSet(name));
    if (idle.length > 0) review.warn(`${idle.join(' and ')} set without AUTH0_DOMAIN: the AUTH0 issuer is off.`);
    return undefined;
  }
  warnOfScheme('AUTH0_DOMAIN', issuer, review);
  if (/\.auth0\.com$/i.test(issuer)) review.warn('AUTH0_DOMAIN has no slash at its end, and Auth0 signs with one.');
  for (const name of companions) {
    if (!review.isSet(name)) review.fault(name, 'must be set when AUTH0_DOMAIN is set');
  }
  if (jwksUrl?.protocol === 'http:') {
    review.warn('AUTH0_JWKS_URL begins with http://: anyone on the network path can substitute their own keys.');
  }
  // Anything missing has already been reported as a fault.
  if (audience === undefined || jwksUrl === undefined) return undefined;
  const metadataClaim = values.AUTH0_METADATA;
  const scopeClaim = values.AUTH0_SCOPE_KEY ?? scopeClaimBeside(metadataClaim);
  return { issuer, audience, jwksUrl, metadataClaim, scopeClaim };
}

/** Returns the claim with its last path segment replaced by `scope`; `scope` alone if there is no path. */
export function scopeClaimBeside(metadataClaim: string): string {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(metadataClaim)?.[0] ?? '';
  const slash = metadataClaim.lastIndexOf('/');
  return slash < origin.length ? 'scope' : `${metadataClaim.slice(0, slash + 1)}scope`;
}
