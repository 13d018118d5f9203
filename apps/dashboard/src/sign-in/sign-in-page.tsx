import { linkTo } from '../links.js';

interface SignInPageProps {
  /** Where the person goes from here. */
  readonly to: string;
  /** Why the person is here again. */
  readonly fault: string | undefined;
  /** Which ways in there are. */
  readonly ways: { readonly provider: boolean; readonly development: boolean };
}

/** The ways in. To the provider by a link: Chromium applies `form-action` to what a form is redirected to. */
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

/** What a person sees who has signed out: another one at the same computer must not get in by one click. */
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
