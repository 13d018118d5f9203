import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MemoryBudget } from './memory-budget.js';

/** What the server passes to Hono besides the request; absent in tests that call `app.request()`. */
export interface NodeBindings {
  readonly incoming?: IncomingMessage | undefined;
  readonly outgoing?: ServerResponse | undefined;
  readonly memory?: MemoryBudget | undefined;
}

/** Hono with the registry of the OpenAPI document, behind Node's server or called directly. */
export type App = OpenAPIHono<{ Bindings: NodeBindings }>;

/** A request as it has arrived: from Node, from Hono, or both. */
export interface Received extends NodeBindings {
  readonly method: string;
  /** As sent, without the query (see `rawPath`). */
  readonly path: string;
  /** Absent if the request has not passed through Hono. */
  readonly request?: Request | undefined;
}

/** The part of Hono's context that is needed here. */
export interface HonoContext {
  readonly env: NodeBindings | undefined;
  readonly req: { readonly raw: Request; readonly path: string };
}

export function receivedByHono({ env, req }: HonoContext): Received {
  return { ...env, method: req.raw.method, path: req.path, request: req.raw };
}

/** Answers what comes through Hono; `direct` answers a request of Node's without it. */
export interface Handler {
  (context: HonoContext): Response | Promise<Response>;
  readonly direct: (received: Received) => void;
}
