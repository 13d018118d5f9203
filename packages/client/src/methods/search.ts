import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** Search across people. For staff. */
export function searchMethods(api: Api) {
  return {
    /** Finds patients: one result for each patient and product, the most recent installation first. */
    searchPatients: (parameters?: ParametersOf<'search_patients'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'search_patients'>(parameters, token);
        return jsonOf((init) => api.search_patients({ query }, init), options);
      }),

    /** Finds clinicians: one result for each clinician and product, the most recent installation first. */
    searchClinicians: (parameters?: ParametersOf<'search_clinicians'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'search_clinicians'>(parameters, token);
        return jsonOf((init) => api.search_clinicians({ query }, init), options);
      }),

    /** Finds meters of all patients, latest verified first. */
    searchMeters: (parameters?: ParametersOf<'search_blood_glucose_meters'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'search_blood_glucose_meters'>(parameters, token);
        return jsonOf((init) => api.search_blood_glucose_meters({ query }, init), options);
      }),
  };
}
