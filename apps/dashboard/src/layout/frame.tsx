import type { Child } from 'hono/jsx';
import { linkTo } from '../links.js';
import type { Session } from '../sign-in/session.js';
import { Navigation } from './navigation.js';
import { ReaderContext } from './reader.js';
import { STYLE_SHEET } from './style-sheet.js';
import { Text } from './text.js';

interface FrameProps {
  readonly title: string;
  /** The current page's path; undefined if it is not in the navigation. */
  readonly path: string | undefined;
  readonly query?: URLSearchParams | undefined;
  /** Undefined if no one is signed in; the page then has no navigation. */
  readonly session: Session | undefined;
  readonly zone: string;
  readonly children?: Child;
}

/** The frame around every page. */
export function Frame({ title, path, query, session, zone, children }: FrameProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – Polaris Telemetry`}</title>
        <link rel="stylesheet" href={STYLE_SHEET.path} />
        <link rel="icon" href="icon.svg" />
      </head>
      <body>
        <a class="skip" href="#content">
          To the content
        </a>
        <header>
          <a class="brand" href={linkTo('')}>
            Polaris Telemetry
          </a>
          {session && <Navigation path={path} session={session} />}
        </header>
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          <ReaderContext.Provider value={{ zone }}>{children}</ReaderContext.Provider>
        </main>
        {session && (
          <footer>
            <p>
              Times are in {zone}. <a href={linkTo('time-zone', { to: linkTo(path ?? '', query) })}>Change</a>
            </p>
            <form method="post" action="sign-out">
              {session.who !== undefined && (
                <>
                  Signed in as <Text value={session.who} />.{' '}
                </>
              )}
              <button type="submit" class="quiet">
                Sign out
              </button>
            </form>
          </footer>
        )}
      </body>
    </html>
  );
}
