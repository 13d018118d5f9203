import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** The maximum size of a POST form in bytes, including the token of a sign-in. */
const LONGEST = 32_768;

/** Rejects longer forms. */
export const boundedForm = bodyLimit({
  maxSize: LONGEST,
  onError: (c) => c.text(`A form must not be longer than ${LONGEST} bytes. Nothing was done.`, 413),
});

/** Returns the fields of a submitted form. Any other body has no fields, and causes no error. */
export async function formOf(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}
