import { hkdfSync } from 'node:crypto';
import { createDashboard, DevelopmentDoor, telemetryClient } from '@polaris-telemetry/dashboard';
import type { CallApp } from './app.js';
import { developmentToken } from './auth/development-token.js';
import { EXPORT, READ_ALL, READ_FLEET, READ_REPORTS } from './auth/scopes.js';
import type { Config } from './config/config.js';
import type { Log } from './observability/logging/create-log.js';
import type { Dashboard } from './routes/dashboard.js';

/** The dashboard in the API's process, and the way in that is printed for development. */
export interface DashboardInProcess {
  readonly over: (call: CallApp) => Dashboard;
  /** Returns a code that lets one person in; undefined where there is no such way. */
  readonly newCode: () => string | undefined;
}

/** Returns the dashboard that the configuration asks for; undefined if there is none. */
export function dashboardOf(config: Config, log: Log): DashboardInProcess | undefined {
  const { internal, auth0 } = config.tokens;
  if (!isForDevelopment(config)) return undefined;
  const development = new DevelopmentDoor(() =>
    developmentToken(internal, {
      claims: { clinician_id: 'development-staff' },
      scopes: [READ_ALL, READ_FLEET, READ_REPORTS, EXPORT],
      expires: '12h',
    }),
  );
  return {
    newCode: () => development.newCode(),
    over: (call) =>
      createDashboard({
        clientFor: (token, requestId) => telemetryClient('http://localhost', token, requestId, call),
        sessionKey: new Uint8Array(hkdfSync('sha256', internal.key, '', 'polaris-telemetry dashboard session', 32)),
        url: undefined,
        issuers: [
          ...(auth0 ? [{ metadata: auth0.metadataClaim, scope: auth0.scopeClaim }] : []),
          { metadata: 'metadata', scope: 'scope' },
        ],
        development,
        onError: (error, requestId) => log.logger.error({ err: error, requestId }, 'a page of the dashboard failed'),
      }),
  };
}

/** Where a token made here is good for nothing else: on a database of the service's own. */
function isForDevelopment({ environment, database }: Config): boolean {
  return database.kind === 'embedded' && (environment === 'DEVELOPMENT' || environment === 'TEST');
}
