import { jsonOf, textOf } from '../answer.js';
import type { Api } from '../api.js';
import type { Health } from '../generated/operations.js';
import type { CallOptions } from '../options.js';

/** For operators and testers. These need no token. */
export function serviceMethods(api: Api) {
  return {
    /** Whether the process answers at all. */
    running: (options?: CallOptions) => jsonOf((init) => api.running({}, init), options),

    /** Returns the deployed build. */
    version: (options?: CallOptions) => jsonOf((init) => api.version({}, init), options),

    /** Returns the state of the service and its database. A failing state is an answer too, and is not retried. */
    health: (options?: CallOptions): Promise<Health> =>
      jsonOf(async (init) => {
        const result = await api.healthcheck({}, { ...init, retry: { retries: 0 } });
        return isHealth(result.error) ? { ...result, data: result.error, error: undefined } : result;
      }, options),

    /** Returns the metrics in Prometheus’ text format. */
    metrics: (options?: CallOptions) => textOf((init) => api.metrics({}, init), options),

    /** Returns the OpenAPI document. */
    openapi: (options?: CallOptions) => jsonOf((init) => api.openapi_json({}, init), options),

    /** Returns the OpenAPI document in YAML. */
    openapiYaml: (options?: CallOptions) => textOf((init) => api.openapi_yaml({}, init), options),
  };
}

function isHealth(body: unknown): body is Health {
  return typeof body === 'object' && body !== null && 'results' in body;
}
