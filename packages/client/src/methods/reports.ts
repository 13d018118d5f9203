import { jsonOf, textOf } from '../answer.js';
import type { Api } from '../api.js';
import type { RequestOptions, Result } from '../generated/operations.js';
import type { CallOptions } from '../options.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** The reports that take parameters, by the last segment of their path. */
export type ReportName = 'adoption' | 'releases' | 'outdated' | 'breakdown' | 'meter_verification';

/** Figures across people. For staff. */
export function reportMethods(api: Api) {
  return {
    /** Reports the products that people have, and how many people have them. */
    productsReport: (options?: CallOptions) => jsonOf((init) => api.report_products({}, init), options),

    /** Reports how many people ran each version of a product, day by day. */
    adoptionReport: (parameters: ParametersOf<'report_adoption'>, options?: CallOptions) =>
      jsonOf((init) => api.report_adoption({ query: queryOf(parameters) }, init), options),

    /** Reports what became of each version of a product, newest first. */
    releasesReport: (parameters: ParametersOf<'report_releases'>, options?: CallOptions) =>
      jsonOf((init) => api.report_releases({ query: queryOf(parameters) }, init), options),

    /** Reports the people of a product by what they run now. */
    breakdownReport: (parameters: ParametersOf<'report_breakdown'>, options?: CallOptions) =>
      jsonOf((init) => api.report_breakdown({ query: queryOf(parameters) }, init), options),

    /** Reports who runs a version of a product below another one. */
    outdatedReport: (parameters: ParametersOf<'report_outdated'>, options?: CallOptions) =>
      jsonOf((init) => api.report_outdated({ query: queryOf(parameters) }, init), options),

    /** Reports how often patients confirm what their meters send. It does not measure a meter’s accuracy. */
    meterVerificationReport: (parameters?: ParametersOf<'report_meter_verification'>, options?: CallOptions) =>
      jsonOf((init) => api.report_meter_verification({ query: queryOf(parameters) }, init), options),

    /** Returns the table of a report as CSV (RFC 4180), for a file; `adoption` has a line for each day and version. */
    reportCsv: <Name extends ReportName>(
      report: Name,
      parameters: ParametersOf<`report_${Name}`>,
      options?: CallOptions,
    ) => {
      // What the parameters are depends on the report; here they are all of one kind.
      const call: (args: { query: object }, init: RequestOptions) => Promise<Result<unknown, unknown>> =
        api[`report_${report}` as 'report_meter_verification'];
      const headers = { Accept: 'text/csv' };
      return textOf((init) => call({ query: queryOf(parameters) }, init), options, { headers });
    },
  };
}
