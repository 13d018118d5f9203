import { createTelemetryClient, type TelemetryClient } from '@polaris-telemetry/client';

/** Milliseconds for a call: slightly longer than the API's own limit. */
const TIMEOUT = 17_000;

/**
 * Returns a client that calls the API for one page. It does not retry: the page shows what the API said, and the person
 * tries again.
 *
 * @param requestId of the page, for the API's logs
 */
export function telemetryClient(
  baseUrl: string,
  token: string,
  requestId: string,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): TelemetryClient {
  return createTelemetryClient({
    baseUrl,
    token,
    retries: 0,
    timeout: TIMEOUT,
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'X-Request-ID': requestId } }),
  });
}
