import { MEANING, type Scope } from '../scopes.js';

/** What a page shows when the token may not see its content. */
export function NotAllowed({ needs }: { readonly needs: readonly Scope[] }) {
  return (
    <>
      <p>Your sign-in does not let you see this page. It needs permission to:</p>
      <ul>
        {needs.map((scope) => (
          <li>
            {MEANING[scope]} (<code>{scope}</code>)
          </li>
        ))}
      </ul>
      <p>{needs.length > 1 ? 'One of them is enough. ' : ''}Ask the people who manage accounts for it.</p>
    </>
  );
}
