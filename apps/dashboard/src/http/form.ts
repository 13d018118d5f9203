import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** Bytes of a form by POST, the token of a sign-in included. */
const LONGEST = 32_768;

/** Refuses longer forms. */
export const boundedForm = bodyLimit({
  maxSize: LONGEST,
  onError: (c) => c.text(`A form must not be longer than ${LONGEST} bytes. Nothing was done.`, 413),
});

/** Returns the fields that a form sent. Anything but a form has none, and is no error of ours. */
export async function formOf(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}
