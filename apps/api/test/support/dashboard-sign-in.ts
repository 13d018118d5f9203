import { once } from 'node:events';
import { createServer } from 'node:net';
import { AUDIENCE, CLIENT, startProvider } from '../../../dashboard/test/support/openid-provider.js';

const METADATA = 'https://gdm.test/metadata';

/**
 * Starts a provider with which people sign in to a dashboard, and returns where that has to be and how it is configured.
 *
 * @param clinicianId who signs in
 * @param scopes what their tokens let them do
 */
export async function startSignIn(clinicianId: string, scopes: string) {
  const url = new URL(`http://127.0.0.1:${await freePort()}/dashboard/`);
  const provider = await startProvider({
    redirectUri: new URL('signed-in', url).href,
    scopes,
    claims: { 'https://gdm.test/scope': scopes, [METADATA]: { clinician_id: clinicianId } },
  });
  return {
    url,
    env: {
      PORT: url.port,
      AUTH0_DOMAIN: provider.issuer.origin,
      AUTH0_AUDIENCE: AUDIENCE,
      AUTH0_JWKS_URL: provider.jwksUri,
      AUTH0_METADATA: METADATA,
      DASHBOARD_CLIENT_ID: CLIENT.id,
      DASHBOARD_CLIENT_SECRET: CLIENT.secret,
      DASHBOARD_URL: url.href,
      DASHBOARD_SESSION_KEY: 'session-key-of-the-tests-and-of-nothing-else',
    },
    clientSecret: CLIENT.secret,
    stop: () => provider.stop(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
