import type { TelemetryClient } from '@polaris-telemetry/client';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { cleanQuery } from './filters/clean-query.js';
import { formOf } from './http/form.js';
import { answerPage } from './layout/answer-page.js';
import { Frame } from './layout/frame.js';
import { NotAllowed } from './layout/not-allowed.js';
import { Trouble } from './layout/trouble.js';
import { linkTo } from './links.js';
import type { Page, SiteEntry, Visit } from './page.js';
import { zoneOf } from './preferences/zone-cookie.js';
import { maySee } from './scopes.js';
import type { Session } from './sign-in/session.js';

/**
 * Returns a client that calls the API with a token.
 *
 * @param requestId of the page, for the API's logs
 */
export type ClientFor = (token: string, requestId: string) => TelemetryClient;

/** Handles the addresses of the site for the signed-in person. */
export function createVisits(sessionOf: (c: Context) => Promise<Session | undefined>, clientFor: ClientFor) {
  /** Answers a visit, or says why there is nothing to see. */
  async function answerVisit(c: Context, entry: SiteEntry, answer: (visit: Visit) => Promise<Response | Child>) {
    const query = new URL(c.req.url).searchParams;
    const session = await sessionOf(c);
    if (session === undefined) {
      const back = c.req.method === 'POST' ? linkTo(entry.path) : linkTo(entry.path, query);
      return c.redirect(linkTo('sign-in', { to: back }), 303);
    }
    const zone = zoneOf(c);
    const may: Visit['may'] = (...anyOf) => maySee(anyOf, session.scopes);
    const framed = (status: Parameters<typeof answerPage>[1], content: Child) =>
      answerPage(
        c,
        status,
        <Frame title={entry.title} path={entry.path} query={query} session={session} zone={zone}>
          {content}
        </Frame>,
      );
    if (!may(...entry.needs)) return framed(403, <NotAllowed needs={entry.needs} />);
    const client = clientFor(session.token, c.req.header('x-request-id') ?? '');
    try {
      const answered = await answer({ client, query, who: session.who, zone, may });
      return answered instanceof Response ? answered : await framed(200, answered);
    } catch (error) {
      const trouble = Trouble.of(error);
      if (trouble === undefined) throw error;
      return framed(trouble.status, trouble.content);
    }
  }

  return {
    async show(c: Context, entry: SiteEntry): Promise<Response> {
      const fields = 'fields' in entry ? (entry.fields ?? []) : [];
      const clean = cleanQuery(new URL(c.req.url).searchParams, fields, zoneOf(c));
      if (clean !== undefined) return c.redirect(linkTo(entry.path, clean), 303);
      return answerVisit(c, entry, async (visit) => {
        if (!('download' in entry)) return entry.show(visit);
        const { name, type, body } = await entry.download(visit);
        return c.body(body, 200, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` });
      });
    },

    async submit(c: Context, page: Page): Promise<Response> {
      const form = await formOf(c);
      return answerVisit(c, page, async (visit) => {
        const submitted = await page.submit?.(visit, form);
        if (submitted === undefined) return page.show(visit);
        return 'to' in submitted ? c.redirect(submitted.to, 303) : submitted.content;
      });
    },

    async missing(c: Context): Promise<Response> {
      return answerPage(
        c,
        404,
        <Frame title="There is no such page" path={undefined} session={await sessionOf(c)} zone={zoneOf(c)}>
          <p>The address may be mistyped, or the page may be gone.</p>
          <p>
            <a href="./">To the start</a>
          </p>
        </Frame>,
      );
    },
  };
}
