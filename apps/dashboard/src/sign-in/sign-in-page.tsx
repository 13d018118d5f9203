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
          <a href="leave">Sign out of the organisation’s account too</a>
        </p>
      )}
      {ways.development && <TokenForm to={to} />}
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
