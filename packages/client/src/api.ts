import { type Fetch, wholeAnswers } from './attempt.js';
import { createClient, OPERATIONS, type Ops, type TokenProvider } from './generated/operations.js';
import { isWorthRepeating } from './repetition.js';

/** The options of the generated client. */
export interface ApiOptions {
  readonly baseUrl: string;
  readonly token: TokenProvider | undefined;
  readonly fetch: Fetch;
  /** Milliseconds for each attempt. */
  readonly timeout: number;
  /** Attempts after the first one. */
  readonly retries: number;
}

/** The maximum pause before the second attempt, in milliseconds; it doubles with each further one. */
const FIRST_DELAY = 500;

/** The generated client: every operation of the document, under its name there. */
export type Api = ReturnType<typeof createApi>;

export function createApi({ baseUrl, token, fetch, timeout, retries }: ApiOptions) {
  return createClient<Ops>(OPERATIONS, {
    serverUrl: baseUrl,
    fetch: wholeAnswers(fetch, timeout),
    retry: { retries, retryDelay: FIRST_DELAY, retryOn: isWorthRepeating },
    errorMode: 'result',
    clientHeader: false,
    ...(token !== undefined && { auth: { bearer: token } }),
  });
}
