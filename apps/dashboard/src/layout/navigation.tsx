import { linkTo } from '../links.js';
import { maySee } from '../scopes.js';
import type { Session } from '../sign-in/session.js';
import { SITE } from '../site.js';

interface NavigationProps {
  readonly path: string | undefined;
  readonly session: Session;
}

/** The pages that the token may see. */
export function Navigation({ path, session }: NavigationProps) {
  return (
    <nav aria-label="Pages of the dashboard">
      <ul>
        {SITE.filter(({ needs }) => maySee(needs, session.scopes)).map((entry) =>
          'navigation' in entry ? (
            <li>
              <a href={linkTo(entry.path)} aria-current={entry.path === path ? 'page' : undefined}>
                {entry.navigation}
              </a>
            </li>
          ) : null,
        )}
      </ul>
    </nav>
  );
}
