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
        {SITE.filter(({ needs }) => maySee(needs, session.scopes)).map((place) =>
          'navigation' in place ? (
            <li>
              <a href={linkTo(place.path)} aria-current={place.path === path ? 'page' : undefined}>
                {place.navigation}
              </a>
            </li>
          ) : null,
        )}
      </ul>
    </nav>
  );
}
