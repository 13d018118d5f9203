import { createTelemetryClient, type TelemetryClient } from '@polaris-telemetry/client';

/** Milliseconds for a call: a little longer than the API takes. */
const TIMEOUT = 17_000;

/**
 * Returns a client that calls the API for one page. A call is not repeated: the page says what the API said, and the
 * person tries again.
 *
 * @param requestId of the page, so that the API's logs know the calls by it
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
