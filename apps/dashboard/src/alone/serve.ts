import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve as serveNode } from '@hono/node-server';
import { Hono } from 'hono';
import { createDashboard } from '../create-dashboard.js';
import { sessionKeyOf } from '../settings/session-key.js';
import { Provider } from '../sign-in/provider.js';
import { telemetryClient } from '../telemetry-client.js';
import type { Settings } from './read-settings.js';

/** Writes one line of the log. */
export type WriteLine = (line: Readonly<Record<string, unknown>>) => void;

/** Milliseconds for pages in progress when the process is asked to stop. */
const LONGEST_STOP = 9_000;

/** Serves the dashboard for a remote API. Resolves with its port and a function that stops it. */
export async function serve({ apiUrl, listen, signIn, claims }: Settings, write: WriteLine) {
  const baseUrl = apiUrl.href.replace(/\/$/, '');
  const dashboard = createDashboard({
    clientFor: (token, requestId) => telemetryClient(baseUrl, token, requestId, fetch),
    sessionKey: sessionKeyOf(signIn.sessionKey),
    url: signIn.url,
    issuers: [claims],
    provider: new Provider(signIn),
    onError: (error, requestId) => write({ level: 'error', message: 'a page failed', requestId, error: nameOf(error) }),
  });

  const app = new Hono();
  app.get('/running', (c) => c.json({ running: true }));
  for (const path of ['/', '/dashboard']) app.get(path, (c) => c.redirect('/dashboard/'));
  app.all('/dashboard/*', async (c) => {
    const requestId = randomUUID();
    const headers = new Headers(c.req.raw.headers);
    headers.set('X-Request-ID', requestId);
    const response = await dashboard.fetch(new Request(c.req.raw, { headers }));
    response.headers.set('X-Request-ID', requestId);
    return response;
  });

  return new Promise<{ readonly port: number; readonly stop: () => Promise<void> }>((resolve, reject) => {
    const server = serveNode(
      { fetch: app.fetch, hostname: listen.address, port: listen.port },
      (address: AddressInfo) =>
        resolve({
          port: address.port,
          stop: () =>
            new Promise((ended) => {
              server.close(() => ended());
              setTimeout(ended, LONGEST_STOP).unref();
            }),
        }),
    );
    server.once('error', reject);
  });
}

/** Returns what may be logged of an error: messages may contain what people entered. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, cause, stack = '' } = error;
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return [`${name}${code}`, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
}
