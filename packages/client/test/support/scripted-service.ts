import { createTelemetryClient, type TelemetryClientOptions } from '../../src/index.js';

/** What the service does with one request: an answer, or none. */
type Step = Response | Error | ((init: RequestInit) => Promise<Response>);

/** A request as the client sent it. */
interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A client of a service that does these things one after another, and what it was sent. */
export function scriptedService(steps: readonly Step[], options: Partial<TelemetryClientOptions> = {}) {
  const sent: SentRequest[] = [];
  const client = createTelemetryClient({
    baseUrl: 'https://telemetry.test/prefix',
    fetch: async (url, init) => {
      const { method = '', headers = {}, body } = init;
      const step = steps[sent.length];
      sent.push({ method, url, headers: headers as SentRequest['headers'], body });
      if (step === undefined) throw new Error(`unexpected request: ${method} ${url}`);
      if (step instanceof Error) throw step;
      return typeof step === 'function' ? step(init) : step;
    },
    ...options,
  });
  return { client, sent };
}

/** An answer of the service. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type, ...headers } });
}

/** An error answer of the service. */
export function problem(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  const detail = `No: ${status}`;
  return answer(status, { type: 'about:blank', title: 'No', status, detail, message: detail }, headers);
}

export const LOST = new TypeError('fetch failed');
