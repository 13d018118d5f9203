import type { Context } from 'hono';

/** Called with errors that are our fault. */
export type OnError = (error: unknown, requestId: string) => void;

/** Common to all ways of signing in. */
export interface Entrance {
  /** Signs in the holder of a token, or says why not. */
  readonly enter: (c: Context, token: string | undefined, to: unknown) => Promise<Response>;
  /** Shows the ways to sign in, and why the person is back here. */
  readonly refuse: (c: Context, status: 400 | 403 | 502, fault: string) => Promise<Response>;
}
