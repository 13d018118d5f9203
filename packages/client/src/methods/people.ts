import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { Erasure, Problem, Result } from '../generated/operations.js';
import type { CallOptions, CreateOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';
import { createRecord } from '../writes.js';

/**
 * Everything held on one person, and its erasure. For data protection officers.
 *
 * @param slowApi waits as long as an erasure or personal data may take
 */
export function peopleMethods(api: Api, slowApi: Api) {
  return {
    /** Returns everything held on one person. */
    personalData: (personId: string, options?: CallOptions) =>
      jsonOf((init) => slowApi.get_personal_data({ path: { person_id: personId } }, init), options),

    /** Counts what an erasure would erase, and erases nothing. */
    countErasure: (personId: string, options?: CallOptions) =>
      createRecord((init) => slowApi.erase_person({ body: { person_id: personId, dry_run: true } }, init), options),

    /** Erases a person for good, and returns the receipt. The id must match exactly: count first. */
    erasePerson: (personId: string, options?: CreateOptions) =>
      createRecord(
        // The generator knows only the first success, which is the count.
        (init) => slowApi.erase_person({ body: { person_id: personId } }, init) as Promise<Result<Erasure, Problem>>,
        options,
      ),

    /** Returns the receipt of an erasure by its id. */
    erasure: (erasureId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_erasure({ path: { erasure_id: erasureId } }, init), options),

    /** Lists the receipts of all erasures, newest first. */
    erasures: (parameters?: ParametersOf<'list_erasures'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'list_erasures'>(parameters, token);
        return jsonOf((init) => api.list_erasures({ query }, init), options);
      }),

    /** Lists who read whose records, newest access first. */
    accesses: (parameters?: ParametersOf<'list_accesses'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'list_accesses'>(parameters, token);
        return jsonOf((init) => api.list_accesses({ query }, init), options);
      }),
  };
}
