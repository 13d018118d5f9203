import type { App } from '../../src/http/received.js';
import { type Answer, type Check, documentChecker } from './documented.js';

export interface CallOptions {
  readonly token?: string | undefined;
  /** Sent as JSON, or as it is when it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Calls the application in process; every answer must be as its OpenAPI document has it. */
export function clientOf(app: App): Call {
  let check: Promise<Check> | undefined;
  return async (method, path, { token, body, headers }: CallOptions = {}) => {
    check ??= documentChecker(app);
    const response = await app.request(path, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: payloadOf(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    const json: Record<string, unknown> = isJson && text !== '' ? JSON.parse(text) : {};
    const answer = { status: response.status, headers: response.headers, text, json };
    (await check)(method, path, answer);
    return answer;
  };
}

function payloadOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
}
