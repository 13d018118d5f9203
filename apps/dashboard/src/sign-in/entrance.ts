import type { Context } from 'hono';

/** Called with errors that are our fault. */
export type OnError = (error: unknown, requestId: string) => void;

/** What the ways in have in common. */
export interface Entrance {
  /** Lets the holder of a token in, or says why not. */
  readonly enter: (c: Context, token: string | undefined, to: unknown) => Promise<Response>;
  /** Shows the ways in, and why the person is here again. */
  readonly refuse: (c: Context, status: 400 | 403 | 502, fault: string) => Promise<Response>;
}
