import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
// It has no types of its own.
// @ts-expect-error
import OidcProvider from 'oidc-provider';
// @ts-expect-error
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

export interface ProviderOptions {
  readonly redirectUri: string;
  /** Scopes that the person may be given. */
  readonly scopes: string;
  /** Claims of the access token besides the standard ones. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether the person says no. */
  readonly refuses?: boolean;
  readonly tokenFormat?: 'jwt' | 'opaque';
}

export const AUDIENCE = 'https://telemetry.test/';
export const CLIENT = { id: 'dashboard', secret: 'only-for-this-test' } as const;

/** A real OpenID Connect provider on this machine, whose person signs in at once. */
export async function startProvider(options: ProviderOptions) {
  const { redirectUri, scopes, claims, refuses = false, tokenFormat = 'jwt' } = options;
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  // What it would otherwise choose by itself, and warn about.
  const own = {
    adapter: class extends MemoryAdapter {},
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }] },
  };
  const ttl = { AccessToken: 900, Grant: 900, IdToken: 900, Interaction: 900, Session: 900 };
  const provider = new OidcProvider(issuer, {
    ...own,
    ttl,
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [new URL('sign-in', redirectUri).href],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    extraParams: ['audience'],
    extraTokenClaims: () => claims,
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx: { oidc: { params?: { audience?: string } } }) => ctx.oidc.params?.audience ?? AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, audience: string) => ({
          audience,
          scope: scopes,
          accessTokenFormat: tokenFormat,
          accessTokenTTL: 900,
        }),
      },
    },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  });

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (refuses) {
      const error = { error: 'access_denied', error_description: 'You are <b>not</b> a member.' };
      return provider.interactionFinished(request, response, error);
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: 'person' } });
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    grant.addResourceScope(AUDIENCE, scopes);
    const grantId = await grant.save();
    return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  }

  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(request, response);
    else void answer(request, response);
  });
  return {
    issuer: new URL(issuer),
    jwksUri: `${issuer}/jwks`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
