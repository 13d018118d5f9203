import { MEANING, type Scope } from '../scopes.js';

interface WithheldProps {
  /** What is not shown, at the beginning of a sentence. */
  readonly what: string;
  readonly needs: Scope;
}

/** Says in place of a part of a page that the token may not see it. */
export function Withheld({ what, needs }: WithheldProps) {
  return (
    <p class="muted">
      {what} not shown: your sign-in lacks the permission to {MEANING[needs]} (<code>{needs}</code>).
    </p>
  );
}
