import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';

/** What people may ask about themselves. For data protection officers. */
export function peopleMethods(api: Api) {
  return {
    /** Lists who looked at whose records, the last access first. */
    accesses: (parameters?: ParametersOf<'list_accesses'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'list_accesses'>(parameters, token);
        return jsonOf((init) => api.list_accesses({ query }, init), options);
      }),
  };
}
