import { linkTo } from '../links.js';

interface SignInPageProps {
  /** Where the person goes next. */
  readonly to: string;
  /** Why the person is back here. */
  readonly fault: string | undefined;
  /** The available ways to sign in. */
  readonly ways: { readonly provider: boolean; readonly development: boolean };
}

/** The ways to sign in. A link leads to the provider: Chromium applies `form-action` to the redirects of a form. */
export function SignInPage({ to, fault, ways }: SignInPageProps) {
  return (
    <>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {ways.provider && (
        <p class="buttons">
          <a class="button" href={linkTo('begin', to === './' ? {} : { to })}>
            Sign in
          </a>
        </p>
      )}
      {ways.development && <TokenForm to={to} />}
    </>
  );
}

/** Shown after signing out: the next person at the same computer must not get in with one click. */
export function SignedOutPage({ ways }: Pick<SignInPageProps, 'ways'>) {
  return (
    <>
      <p>You are signed out of the dashboard.</p>
      {ways.provider && (
        <p>
          Your organisation’s account may still be signed in on this computer. <a href="leave">Sign out of it too</a>
        </p>
      )}
      <p>
        <a href="sign-in">Sign in again</a>
      </p>
    </>
  );
}

function TokenForm({ to }: { readonly to: string }) {
  return (
    <form method="post" action="sign-in">
      <h2>With a token, for development</h2>
      <input type="hidden" name="to" value={to} />
      <div class="field">
        <label for="token">Token</label>
        <textarea
          id="token"
          name="token"
          rows={6}
          spellcheck={false}
          autocomplete="off"
          required
          aria-describedby="token-hint"
        />
        <span class="hint" id="token-hint">
          <code>npm run token -- --staff ID</code> prints one; <code>npm start</code> prints a link that needs none.
        </span>
      </div>
      <p class="buttons">
        <button type="submit">Sign in</button>
      </p>
    </form>
  );
}
