import { type Context, Hono } from 'hono';
import { destinationOf } from '../http/destination.js';
import { answerPage } from '../layout/answer-page.js';
import { Frame } from '../layout/frame.js';
import { type DevelopmentDoor, developmentRoutes } from './development-door.js';
import type { Entrance, OnError } from './entrance.js';
import type { Flow, Provider } from './provider.js';
import { providerRoutes } from './provider-routes.js';
import { SealedCookie } from './sealed-cookie.js';
import { type ClaimNames, type Session, sessionOf } from './session.js';
import { SignedOutPage, SignInPage } from './sign-in-page.js';

export interface SignInOptions {
  /** 32 bytes that seal the session cookie; the same in every process. */
  readonly sessionKey: Uint8Array;
  /** Where browsers reach the dashboard, with a trailing slash; undefined in development: at the requested Host. */
  readonly url: URL | undefined;
  /** The accepted issuers. */
  readonly issuers: readonly ClaimNames[];
  readonly provider?: Provider | undefined;
  /** Ways to sign in during development; never in production. */
  readonly development?: DevelopmentDoor | undefined;
  readonly onError: OnError;
}

/** Signing in and out, and who is signed in. */
export function createSignIn(options: SignInOptions) {
  const { issuers, provider, development } = options;
  const seal = { key: options.sessionKey, secure: isSecure(options.url) };
  const cookie = new SealedCookie<{ token: string }>('polaris-session', seal);

  const ways = { provider: provider !== undefined, development: development !== undefined };
  const show = (c: Context, status: 200 | 400 | 403 | 502, fault?: string, to: unknown = c.req.query('to')) =>
    answerPage(
      c,
      status,
      <Frame title="Sign in" path={undefined} session={undefined} zone="UTC">
        <SignInPage to={destinationOf(to)} fault={fault} ways={ways} />
      </Frame>,
    );

  const entrance: Entrance = {
    refuse: (c, status, fault) => show(c, status, fault),
    async enter(c, token, to) {
      const session = token === undefined ? undefined : sessionOf(token, issuers, Date.now());
      if (session === undefined) return show(c, 400, 'This is no token of this service, or one that has expired.', to);
      if (await cookie.set(c, { token: session.token }, session.expiresAt)) return c.redirect(destinationOf(to), 303);
      return show(c, 400, 'This token is too long for a browser to keep.', to);
    },
  };

  const routes = new Hono();
  routes.get('/sign-in', (c) => show(c, 200));
  routes.post('/sign-out', (c) => {
    cookie.delete(c);
    return c.redirect('signed-out', 303);
  });
  routes.get('/signed-out', (c) =>
    answerPage(
      c,
      200,
      <Frame title="Signed out" path={undefined} session={undefined} zone="UTC">
        <SignedOutPage ways={ways} />
      </Frame>,
    ),
  );
  if (provider !== undefined) {
    const flow = new SealedCookie<Flow>('polaris-sign-in', seal);
    routes.route('/', providerRoutes(provider, entrance, flow, options.onError));
  }
  if (development !== undefined) routes.route('/', developmentRoutes(development, entrance));

  return {
    routes,
    /** Returns who is signed in. */
    async sessionOf(c: Context): Promise<Session | undefined> {
      const content = await cookie.get(c);
      return content && sessionOf(content.token, issuers, Date.now());
    },
  };
}

/** Browsers drop a `Secure` cookie over plain http: doing without is for development on this machine only. */
function isSecure(url: URL | undefined): boolean {
  return url !== undefined && url.protocol !== 'http:';
}
