import type { OpenAPIHono } from '@hono/zod-openapi';
import type { NodeBindings } from './exchange.js';

/** Hono with the registry of the OpenAPI document, behind Node's server or called directly. */
export type App = OpenAPIHono<{ Bindings: NodeBindings }>;
