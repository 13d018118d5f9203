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

/** What must be the same when the person comes back. */
export type Flow = Readonly<Record<'state' | 'nonce' | 'verifier' | 'to', string>>;

/** Seconds for an answer of the provider. */
const TIMEOUT = 5;

/** An OpenID Connect provider: the code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0). */
export class Provider {
  readonly #settings: ProviderSettings;
  #configuration: Promise<Configuration> | undefined;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  /**
   * Begins a sign-in: returns where to send the person, and what to keep until they come back.
   *
   * @param to where they wanted to go
   */
  async begin(to: string): Promise<{ readonly location: URL; readonly flow: Flow }> {
    const configuration = await this.#configure();
    const flow: Flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), to };
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: ['openid', ...SCOPES].join(' '),
      // Auth0's name of what the access token is for; RFC 8707 has `resource`.
      audience: this.#settings.audience,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { location, flow };
  }

  /**
   * Ends a sign-in: returns the access token.
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

  /** Returns where a person ends their session with the provider; undefined if it has no such place. */
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

  /** Asks the provider where its endpoints are, on first need; once, unless that fails. */
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
      // Plain http is for a provider on the developer's own machine; the settings refuse it elsewhere.
      ...(issuer.protocol === 'http:' && { execute: [allowInsecureRequests] }),
      ...(fetch && { [customFetch]: (url, init) => fetch(url, init as RequestInit) }),
    });
  }
}
