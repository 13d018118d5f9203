import { type Context, Hono } from 'hono';
import { answerPage } from '../layout/answer-page.js';
import { Frame } from '../layout/frame.js';
import type { DevelopmentDoor } from './development-door.js';
import { SealedCookie } from './sealed-cookie.js';
import { type ClaimNames, type Session, sessionOf } from './session.js';

export interface SignInOptions {
  /** 32 bytes that seal the session's cookie: the same in every process. */
  readonly sessionKey: Uint8Array;
  /** Where browsers see the dashboard; undefined in development. */
  readonly url: URL | undefined;
  /** Whose tokens may come. */
  readonly issuers: readonly ClaimNames[];
  /** Ways in for development alone; never in production. */
  readonly development?: DevelopmentDoor | undefined;
}

export interface SignIn {
  readonly routes: Hono;
  /** Returns who is signed in. */
  readonly sessionOf: (c: Context) => Promise<Session | undefined>;
}

export function createSignIn({ sessionKey, url, issuers, development }: SignInOptions): SignIn {
  // Over plain http browsers drop a cookie that is `Secure`; that is for development on one machine.
  const secure = url?.protocol === 'https:';
  const cookie = new SealedCookie<{ token: string }>('polaris-session', { key: sessionKey, secure });
  const routes = new Hono();

  async function enter(c: Context, token: string): Promise<boolean> {
    const session = sessionOf(token, issuers, Date.now());
    return session !== undefined && (await cookie.set(c, { token }, session.expiresAt));
  }

  const signInPage = (c: Context, status: 200 | 400, fault?: string) =>
    answerPage(
      c,
      status,
      <Frame title="Sign in" path={undefined} session={undefined} zone="UTC">
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        {development && (
          <form method="post" action="sign-in">
            <input type="hidden" name="to" value={c.req.query('to') ?? ''} />
            <div class="field">
              <label for="token">Token</label>
              <textarea id="token" name="token" rows={6} spellcheck={false} autocomplete="off" required></textarea>
              <span class="hint">
                For development: <code>npm run token -- --staff ID</code> prints one.
              </span>
            </div>
            <p class="buttons">
              <button type="submit">Sign in</button>
            </p>
          </form>
        )}
      </Frame>,
    );

  routes.get('/sign-in', (c) => signInPage(c, 200));
  if (development !== undefined) {
    routes.post('/sign-in', async (c) => {
      const form = await c.req.parseBody();
      const token = String(form['token'] ?? '').trim();
      if (await enter(c, token)) return c.redirect(localLink(form['to']), 303);
      return signInPage(c, 400, 'This is no token, or one that has expired.');
    });
    routes.get('/enter', async (c) => {
      const token = await development.tokenFor(c.req.query('code') ?? '');
      if (token !== undefined && (await enter(c, token))) return c.redirect('./', 303);
      return signInPage(c, 400, 'This link has been used, or is older than ten minutes. A restart prints a new one.');
    });
  }
  routes.post('/sign-out', (c) => {
    cookie.delete(c);
    return c.redirect('sign-in', 303);
  });

  return {
    routes,
    sessionOf: async (c) => {
      const content = await cookie.get(c);
      return content && sessionOf(content.token, issuers, Date.now());
    },
  };
}

/** Where to go after a sign-in: a page of the dashboard, whatever the address says. */
function localLink(to: unknown): string {
  return typeof to === 'string' && /^[a-z-]*(\.[a-z]+)?(\?[^#\\]*)?$/.test(to) && to !== '' ? to : './';
}
