import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../options.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** Figures across people. For staff. */
export function reportMethods(api: Api) {
  return {
    /** Reports how often patients confirm what their meters send. It is no measure of a meter’s accuracy. */
    meterVerificationReport: (parameters?: ParametersOf<'report_meter_verification'>, options?: CallOptions) =>
      jsonOf((init) => api.report_meter_verification({ query: queryOf(parameters) }, init), options),
  };
}
