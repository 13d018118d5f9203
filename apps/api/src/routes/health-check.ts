import { DATABASE_CHECKERS, type DatabaseProbe, type ProbeResult } from '@polaris-telemetry/domain';
import type { Lifecycle } from '../pipeline/lifecycle.js';

/** The answer of /healthcheck: the shape of the original's library, with times in Unix seconds. */
export interface HealthReport {
  readonly hostname: string;
  readonly status: 'success' | 'failure';
  readonly timestamp: number;
  readonly results: readonly CheckReport[];
}

export interface CheckReport {
  readonly checker: ProbeResult['checker'];
  readonly output: string;
  readonly passed: boolean;
  readonly timestamp: number;
  /** Until when the result is reused. */
  readonly expires: number;
  /** In seconds. */
  readonly response_time: number;
}

/** Milliseconds for which a result is reused. */
const LIFETIME = 1_000;

/** Answers /healthcheck: one probe at a time, each result used for a second. */
export class HealthCheck {
  readonly #probe: DatabaseProbe;
  readonly #lifecycle: Lifecycle;
  readonly #hostname: string;
  #last: { readonly at: number; readonly results: Promise<readonly CheckReport[]> } | undefined;

  constructor(probe: DatabaseProbe, lifecycle: Lifecycle, hostname: string) {
    this.#probe = probe;
    this.#lifecycle = lifecycle;
    this.#hostname = hostname;
  }

  async report(): Promise<HealthReport> {
    const reason = this.#lifecycle.reasonAgainst;
    const results = reason === undefined ? await this.#results() : reportsOf(failures(reason), 0);
    const passed = results.every((result) => result.passed);
    return {
      hostname: this.#hostname,
      status: passed ? 'success' : 'failure',
      timestamp: unixSeconds(),
      results,
    };
  }

  #results(): Promise<readonly CheckReport[]> {
    const now = performance.now();
    if (this.#last === undefined || now - this.#last.at >= LIFETIME) {
      this.#last = { at: now, results: this.#ask(now) };
    }
    return this.#last.results;
  }

  async #ask(startedAt: number): Promise<readonly CheckReport[]> {
    const results = await this.#probe.check();
    return reportsOf(results, (performance.now() - startedAt) / 1000);
  }
}

/** Returns the checks of a database that cannot even be asked. */
export function failures(output: string): readonly ProbeResult[] {
  return DATABASE_CHECKERS.map((checker) => ({ checker, passed: false, output }));
}

function reportsOf(results: readonly ProbeResult[], responseTime: number): readonly CheckReport[] {
  const timestamp = unixSeconds();
  return results.map(({ checker, output, passed }) => ({
    checker,
    output,
    passed,
    timestamp,
    expires: timestamp + LIFETIME / 1000,
    response_time: responseTime,
  }));
}

function unixSeconds(): number {
  return Date.now() / 1000;
}
