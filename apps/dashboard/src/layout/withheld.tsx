import { MEANING, type Scope } from '../scopes.js';

interface WithheldProps {
  /** What is withheld, as the beginning of a sentence. */
  readonly what: string;
  readonly needs: Scope;
}

/** Replaces a part of a page that the token may not see. */
export function Withheld({ what, needs }: WithheldProps) {
  return (
    <p class="muted">
      {what} not shown: your sign-in lacks the permission to {MEANING[needs]} (<code>{needs}</code>).
    </p>
  );
}
