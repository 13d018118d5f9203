import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Sends a page. */
export async function answerPage(c: Context, status: ContentfulStatusCode, frame: Child): Promise<Response> {
  return c.html(`<!doctype html>${String(await frame)}`, status);
}
