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
  /** The address of the service, with its path prefix if there is one, such as `https://telemetry.example.org`. In a browser `''` is the page’s own origin. */
  readonly baseUrl: string;
  /** The bearer token, or a function that returns it, called before each call. */
  readonly token?: string | (() => string | Promise<string>);
  /** Default: the platform’s. */
  readonly fetch?: Fetch;
  /**
   * Milliseconds for each attempt, up to the last byte of the answer. Default: 20,000; the service answers within 15 s.
   * An erasure and personal data get at least 65 s, an export has no limit: end it by its signal.
   */
  readonly timeout?: number;
  /** How often to retry a call after a lost connection or an answer that asks to retry. Default: 4. */
  readonly retries?: number;
}

/** Milliseconds. The service takes up to 60 s for an erasure. */
const ERASURE_TIMEOUT = 65_000;

/** Milliseconds: the maximum of a timer. An export continues for as long as it makes progress. */
const EXPORT_TIMEOUT = 2 ** 31 - 1;

/** Returns a client of the service. It keeps no state except its options: create one for all calls. */
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

/** The operations of the service, as methods. */
export interface TelemetryClient
  extends ReturnType<typeof patientInstallationMethods>,
    ReturnType<typeof clinicianInstallationMethods>,
    ReturnType<typeof meterMethods>,
    ReturnType<typeof searchMethods>,
    ReturnType<typeof reportMethods>,
    ReturnType<typeof peopleMethods>,
    ReturnType<typeof exportMethods>,
    ReturnType<typeof serviceMethods> {}
