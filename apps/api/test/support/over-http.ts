import type { CallOptions } from './client.js';
import type { Answer } from './documented.js';

/** Calls a running service, as its clients do. */
export async function callOverHttp(
  url: string,
  method: string,
  path: string,
  { token, body, headers }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const json: Record<string, unknown> = isJson && text !== '' ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, json };
}
