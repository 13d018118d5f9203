import { createApi } from './api.js';
import type { Fetch } from './attempt.js';
import { meterMethods } from './methods/blood-glucose-meters.js';
import { clinicianInstallationMethods } from './methods/clinician-installations.js';
import { exportMethods } from './methods/exports.js';
import { patientInstallationMethods } from './methods/patient-installations.js';
import { peopleMethods } from './methods/people.js';
import { reportMethods } from './methods/reports.js';
import { searchMethods } from './methods/search.js';
import { serviceMethods } from './methods/service.js';

export interface TelemetryClientOptions {
  /** Where the service is, with the path prefix if it has one, such as `https://telemetry.example.org`; `''` in a browser: the page’s own origin. */
  readonly baseUrl: string;
  /** The bearer token, or what returns the present one: it is asked before each call. */
  readonly token?: string | (() => string | Promise<string>);
  /** Default: the platform’s. */
  readonly fetch?: Fetch;
  /**
   * Milliseconds for each attempt, the answer’s last byte included. Default: 20,000; the service answers within 15 s.
   * An erasure and personal data get at least 65 s, an export no limit: end it by its signal.
   */
  readonly timeout?: number;
  /** How often a call is tried again, after a lost connection or an answer that asks for patience. Default: 4. */
  readonly retries?: number;
}

/** Milliseconds. The service takes up to 60 s for an erasure. */
const ERASURE_TIMEOUT = 65_000;

/** Milliseconds: the longest that timers can count. An export goes on for as long as it makes progress. */
const EXPORT_TIMEOUT = 2 ** 31 - 1;

/** Makes a client of the service. It keeps no state but its options, and is made once for all calls. */
export function createTelemetryClient(options: TelemetryClientOptions): TelemetryClient {
  const { baseUrl, token, fetch = globalThis.fetch, timeout = 20_000, retries = 4 } = options;
  const within = (milliseconds: number) =>
    createApi({ baseUrl, token, fetch: (url, init) => fetch(url, init), timeout: milliseconds, retries });
  const api = within(timeout);
  return {
    ...patientInstallationMethods(api),
    ...clinicianInstallationMethods(api),
    ...meterMethods(api),
    ...searchMethods(api),
    ...reportMethods(api),
    ...peopleMethods(api, within(Math.max(timeout, ERASURE_TIMEOUT))),
    ...exportMethods(within(EXPORT_TIMEOUT)),
    ...serviceMethods(api),
  };
}

/** The service, as methods. */
export interface TelemetryClient
  extends ReturnType<typeof patientInstallationMethods>,
    ReturnType<typeof clinicianInstallationMethods>,
    ReturnType<typeof meterMethods>,
    ReturnType<typeof searchMethods>,
    ReturnType<typeof reportMethods>,
    ReturnType<typeof peopleMethods>,
    ReturnType<typeof exportMethods>,
    ReturnType<typeof serviceMethods> {}
