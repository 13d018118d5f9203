import { type Context, Hono } from 'hono';
import { boundedForm } from './http/form.js';
import { ofSameOrigin } from './http/same-origin.js';
import { secured } from './http/secured.js';
import { answerPage } from './layout/answer-page.js';
import { Frame } from './layout/frame.js';
import { ICON } from './layout/icon.js';
import { STYLE_SHEET } from './layout/style-sheet.js';
import { zoneRoutes } from './preferences/time-zone.js';
import { createSignIn, type SignInOptions } from './sign-in/sign-in.js';
import { SITE } from './site.js';
import { type ClientFor, createVisits } from './visits.js';

export interface DashboardOptions extends SignInOptions {
  readonly clientFor: ClientFor;
}

/** Answers everything below `/dashboard/`. */
export interface Dashboard {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** The prefix of the dashboard; a page's path is what follows. */
const BELOW = /^\/dashboard(?=\/)/;

export function createDashboard(options: DashboardOptions): Dashboard {
  const app = new Hono({ getPath: (request) => new URL(request.url).pathname.replace(BELOW, '') });
  const signIn = createSignIn(options);
  const visits = createVisits(signIn.sessionOf, options.clientFor);

  app.use(secured);
  for (const { path, text, headers } of [STYLE_SHEET, ICON]) app.get(`/${path}`, (c) => c.body(text, 200, headers));
  app.post('*', ofSameOrigin(options.url), boundedForm);
  app.route('/', signIn.routes);
  app.route('/', zoneRoutes());
  for (const entry of SITE) {
    app.get(`/${entry.path}`, (c) => visits.show(c, entry));
    if ('submit' in entry) app.post(`/${entry.path}`, (c) => visits.submit(c, entry));
  }
  app.notFound((c) => visits.missing(c));
  app.onError((error, c) => {
    const requestId = c.req.header('x-request-id') ?? '';
    options.onError(error, requestId);
    return broken(c, requestId);
  });
  return { fetch: (request) => app.fetch(request) };
}

function broken(c: Context, requestId: string): Promise<Response> {
  return answerPage(
    c,
    500,
    <Frame title="Something went wrong" path={undefined} session={undefined} zone="UTC">
      <p>
        It is our fault. Quote <code>{requestId}</code> when you report it: the log has it.
      </p>
    </Frame>,
  );
}
