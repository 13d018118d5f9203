import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../options.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** Figures across people. For staff. */
export function reportMethods(api: Api) {
  return {
    /** Reports the products that people have, and how many people. */
    productsReport: (options?: CallOptions) => jsonOf((init) => api.report_products({}, init), options),

    /** Reports how many people ran each version of a product, day by day. */
    adoptionReport: (parameters: ParametersOf<'report_adoption'>, options?: CallOptions) =>
      jsonOf((init) => api.report_adoption({ query: queryOf(parameters) }, init), options),

    /** Reports what became of each version of a product, newest first. */
    releasesReport: (parameters: ParametersOf<'report_releases'>, options?: CallOptions) =>
      jsonOf((init) => api.report_releases({ query: queryOf(parameters) }, init), options),

    /** Reports how the people of a product divide by what they run now. */
    breakdownReport: (parameters: ParametersOf<'report_breakdown'>, options?: CallOptions) =>
      jsonOf((init) => api.report_breakdown({ query: queryOf(parameters) }, init), options),

    /** Reports who runs a version of a product below another one. */
    outdatedReport: (parameters: ParametersOf<'report_outdated'>, options?: CallOptions) =>
      jsonOf((init) => api.report_outdated({ query: queryOf(parameters) }, init), options),

    /** Reports how often patients confirm what their meters send. It is no measure of a meter’s accuracy. */
    meterVerificationReport: (parameters?: ParametersOf<'report_meter_verification'>, options?: CallOptions) =>
      jsonOf((init) => api.report_meter_verification({ query: queryOf(parameters) }, init), options),
  };
}
