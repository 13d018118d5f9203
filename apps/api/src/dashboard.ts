import type { OneTimeCodes, RedeemsCodes } from '@polaris-telemetry/dashboard';
import type { CallApp } from './app.js';
import { developmentToken } from './auth/development-token.js';
import { fetchThrough } from './auth/fetch-through.js';
import { ERASE, EXPORT, READ_ALL, READ_FLEET, READ_REPORTS } from './auth/scopes.js';
import type { Config, TokenConfig } from './config/config.js';
import type { Log } from './observability/logging/create-log.js';
import type { Dashboard } from './routes/dashboard.js';

export type { RedeemsCodes };

/** Makes the dashboard in the API's process, over its operations. */
export type DashboardOver = (call: CallApp) => Dashboard;

/** Returns the codes that let people in during development; undefined where there is no such way. */
export async function loadCodes(config: Config): Promise<OneTimeCodes | undefined> {
  if (!isDevelopment(config)) return undefined;
  const { OneTimeCodes } = await import('@polaris-telemetry/dashboard');
  return new OneTimeCodes();
}

/**
 * Loads the dashboard, if the configuration has a way to sign in to it; otherwise it costs nothing.
 *
 * @param codes of `loadCodes`, in this process or its parent
 */
export async function loadDashboard(
  config: Config,
  log: Log,
  codes: RedeemsCodes | undefined,
): Promise<DashboardOver | undefined> {
  const { dashboard: signIn, tokens } = config;
  const doorCodes = isDevelopment(config) ? codes : undefined;
  if (signIn === undefined && doorCodes === undefined) return undefined;
  const { createDashboard, DevelopmentDoor, Provider, sessionKeyOf, telemetryClient } = await import(
    '@polaris-telemetry/dashboard'
  );
  const development = doorCodes && new DevelopmentDoor(() => staffToken(tokens), doorCodes);
  const provider =
    signIn && new Provider({ ...signIn, ...(signIn.proxy && { fetch: fetchThrough(signIn.proxy) as typeof fetch }) });
  return (call) =>
    createDashboard({
      clientFor: (token, requestId) => telemetryClient('http://localhost', token, requestId, call),
      sessionKey: sessionKeyOf(signIn?.sessionKey ?? tokens.internal.key),
      url: signIn?.url,
      issuers: issuersOf(tokens),
      provider,
      development,
      onError: (error, requestId) => log.logger.error({ err: error, requestId }, 'a page of the dashboard failed'),
    });
}

/** Where a token made here is good for nothing else: on a database of the service's own. */
function isDevelopment({ environment, database }: Config): boolean {
  return database.kind === 'embedded' && (environment === 'DEVELOPMENT' || environment === 'TEST');
}

/** A token with which every job of staff can be tried, an erasure too. */
function staffToken({ internal }: TokenConfig): Promise<string> {
  return developmentToken(internal, {
    claims: { clinician_id: 'development-staff' },
    scopes: [READ_ALL, READ_FLEET, READ_REPORTS, EXPORT, ERASE],
    expires: '12h',
  });
}

function issuersOf({ auth0 }: TokenConfig) {
  const internal = { metadata: 'metadata', scope: 'scope' };
  return auth0 ? [{ metadata: auth0.metadataClaim, scope: auth0.scopeClaim }, internal] : [internal];
}
