import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { SCOPES } from '../scopes.js';
import type { SignInSettings } from '../settings/sign-in-settings.js';

export interface ProviderSettings extends Omit<SignInSettings, 'sessionKey'> {
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** What must match when the person comes back. */
export type Flow = Readonly<Record<'state' | 'nonce' | 'verifier' | 'to', string>>;

/** How long the provider may take to answer, in seconds. */
const TIMEOUT = 5;

/** An OpenID Connect provider: the code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0). */
export class Provider {
  readonly #settings: ProviderSettings;
  #configuration: Promise<Configuration> | undefined;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  /**
   * Starts a sign-in: returns where to send the person, and what to keep until they come back.
   *
   * @param to where they wanted to go
   */
  async begin(to: string): Promise<{ readonly location: URL; readonly flow: Flow }> {
    const configuration = await this.#configure();
    const flow: Flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), to };
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: ['openid', ...SCOPES].join(' '),
      // Auth0's name for the audience of the access token; RFC 8707 calls it `resource`.
      audience: this.#settings.audience,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { location, flow };
  }

  /**
   * Completes a sign-in: returns the access token.
   *
   * @param query of the address at which the person came back
   * @throws AuthorizationResponseError when the provider refused, other errors of openid-client
   */
  async finish(query: string, flow: Flow): Promise<string> {
    const configuration = await this.#configure();
    const tokens = await authorizationCodeGrant(configuration, new URL(`${this.#redirectUri}${query}`), {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.verifier,
      idTokenExpected: true,
    });
    return tokens.access_token;
  }

  /** Returns the provider's sign-out address; undefined if it has none. */
  async leave(): Promise<URL | undefined> {
    const configuration = await this.#configure();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    const { clientId, url } = this.#settings;
    return buildEndSessionUrl(configuration, {
      client_id: clientId,
      post_logout_redirect_uri: new URL('sign-in', url).href,
    });
  }

  get #redirectUri(): string {
    return new URL('signed-in', this.#settings.url).href;
  }

  /** Discovers the provider's endpoints on first use; only once, unless that fails. */
  #configure(): Promise<Configuration> {
    this.#configuration ??= this.#discover().catch((error: unknown) => {
      this.#configuration = undefined;
      throw error;
    });
    return this.#configuration;
  }

  #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, fetch } = this.#settings;
    return discovery(issuer, clientId, clientSecret, undefined, {
      timeout: TIMEOUT,
      // Plain http serves a provider on the developer's own machine; the settings refuse it elsewhere.
      ...(issuer.protocol === 'http:' && { execute: [allowInsecureRequests] }),
      ...(fetch && { [customFetch]: (url, init) => fetch(url, init as RequestInit) }),
    });
  }
}
