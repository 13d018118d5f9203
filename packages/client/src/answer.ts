import { rememberEtag } from './etags.js';
import type { RequestOptions, Result } from './generated/operations.js';
import type { CallOptions } from './options.js';
import { TelemetryError } from './telemetry-error.js';

/** A call of the generated client that waits for its options. */
export type Call<Data> = (init: RequestOptions) => Promise<Result<Data, unknown>>;

/**
 * Returns the JSON that the service answers.
 *
 * @param init passed to the generated client
 * @throws TelemetryError when the service answers with an error, something else answers, or nothing does
 */
export async function jsonOf<Data>(call: Call<Data>, options?: CallOptions, init?: RequestOptions): Promise<Data> {
  const { data, response } = await answerOf(call, options, init);
  // A page of a proxy or a guest network may have status 200.
  if (typeof data !== 'object' || data === null) throw TelemetryError.ofAnswer(response, data);
  const etag = response.headers.get('etag');
  if (etag !== null) rememberEtag(data, etag);
  return data;
}

/**
 * Returns the text that the service answers.
 *
 * @throws TelemetryError as {@link jsonOf}
 */
export async function textOf(call: Call<unknown>, options?: CallOptions, init?: RequestOptions): Promise<string> {
  const { data, response } = await answerOf(call, options, { parseAs: 'text', ...init });
  // No operation answers a page: it is a proxy's or a guest network's.
  if (response.headers.get('content-type')?.startsWith('text/html')) throw TelemetryError.ofAnswer(response, data);
  return String(data);
}

async function answerOf<Data>(call: Call<Data>, { signal }: CallOptions = {}, init: RequestOptions = {}) {
  const result = await call(signal === undefined ? init : { ...init, signal }).catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason ?? error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TelemetryError(`No answer from the service: ${reason}`, undefined, { cause: error });
  });
  const { data, error, response } = result;
  if (data === undefined) throw TelemetryError.ofAnswer(response, error);
  return { data, response };
}
