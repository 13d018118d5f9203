import type { TelemetryClient } from '@polaris-telemetry/client';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cleanQuery } from './filters/clean-query.js';
import { ofSameOrigin } from './http/same-origin.js';
import { secured } from './http/secured.js';
import { answerPage } from './layout/answer-page.js';
import { Frame } from './layout/frame.js';
import { STYLE_SHEET } from './layout/style-sheet.js';
import { Trouble } from './layout/trouble.js';
import { linkTo } from './links.js';
import type { SitePlace, Visit } from './page.js';
import { MEANING, type Scope } from './scopes.js';
import type { Session } from './sign-in/session.js';
import { createSignIn, type SignInOptions } from './sign-in/sign-in.js';
import { SITE } from './site.js';

export interface DashboardOptions extends SignInOptions {
  /**
   * Returns a client that calls the API with a token.
   *
   * @param requestId of the page, for the API's logs
   */
  readonly clientFor: (token: string, requestId: string) => TelemetryClient;
  /** Called with what went wrong and was nobody's fault but ours. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Bytes of a form by POST, the token of a sign-in included. */
const LONGEST_FORM = 32_768;

/** The dashboard: answers everything below `/dashboard/`. */
export interface Dashboard {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export function createDashboard(options: DashboardOptions): Dashboard {
  const root = new Hono();
  const app = root.basePath('/dashboard');
  const signIn = createSignIn(options);

  app.use(secured);
  app.get(`/${STYLE_SHEET.path}`, (c) => c.body(STYLE_SHEET.text, 200, STYLE_SHEET.headers));
  app.post('*', ofSameOrigin(options.url), bodyLimit({ maxSize: LONGEST_FORM }));
  app.route('/', signIn.routes);
  // `basePath` would leave out the slash of the first page.
  for (const place of SITE) root.get(`/dashboard/${place.path}`, (c) => visit(c, place));
  app.notFound((c) =>
    answerPage(
      c,
      404,
      <Frame title="There is no such page" path={undefined} session={undefined} zone="UTC">
        <p>The address may be mistyped, or the page may be gone.</p>
        <p>
          <a href="./">To the start</a>
        </p>
      </Frame>,
    ),
  );
  app.onError((error, c) => {
    const requestId = c.req.header('x-request-id') ?? '';
    options.onError(error, requestId);
    return answerPage(
      c,
      500,
      <Frame title="Something went wrong" path={undefined} session={undefined} zone="UTC">
        <p>
          It is our fault. The log knows it by <code>{requestId}</code>: name it when you report it.
        </p>
      </Frame>,
    );
  });

  async function visit(c: Context, place: SitePlace): Promise<Response> {
    const query = new URL(c.req.url).searchParams;
    const zone = 'UTC';
    const clean = cleanQuery(query, 'fields' in place ? (place.fields ?? []) : [], zone);
    if (clean !== undefined) return c.redirect(linkTo(place.path, clean), 303);
    const session = await signIn.sessionOf(c);
    if (session === undefined) return c.redirect(linkTo('sign-in', { to: linkTo(place.path, query) }), 303);
    const frame = { title: place.title, path: place.path, session, zone };
    if (!mayVisit(place.needs, session)) {
      return answerPage(
        c,
        403,
        <Frame {...frame}>
          <NotAllowed needs={place.needs} />
        </Frame>,
      );
    }
    const client = options.clientFor(session.token, c.req.header('x-request-id') ?? '');
    const look: Visit = { client, query, session, zone, may: (...anyOf) => mayVisit(anyOf, session) };
    try {
      if ('download' in place) {
        const { name, type, body } = await place.download(look);
        return c.body(body, 200, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` });
      }
      const content = await place.show(look);
      return answerPage(c, 200, <Frame {...frame}>{content}</Frame>);
    } catch (error) {
      const trouble = Trouble.of(error);
      if (trouble === undefined) throw error;
      return answerPage(c, trouble.status, <Frame {...frame}>{trouble.content}</Frame>);
    }
  }

  return { fetch: (request) => app.fetch(request) };
}

function mayVisit(anyOf: readonly Scope[], session: Session): boolean {
  return anyOf.length === 0 || anyOf.some((scope) => session.scopes.includes(scope));
}

function NotAllowed({ needs }: { readonly needs: readonly Scope[] }) {
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
      <p>Ask whoever gives out permissions for it.</p>
    </>
  );
}
