import type { BloodGlucoseMeter, MeterOwnerId, MeterQueries } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import { pageAnswer } from '../http/page.js';
import { readPageQuery } from '../http/page-token.js';
import { Problem } from '../http/problem.js';
import { searchingDoc } from '../openapi/search-docs.js';
import { Operation } from '../pipeline/operation.js';
import { meterSearchOf, meterSearchParameters } from '../wire/search-meters.js';
import type { RecordKind } from './record-operations.js';

export const METER_SEARCH = '/dhos/v1/telemetry/blood_glucose_meters';

/** GET: a page of the meters of all patients that pass a filter. */
export function searchMeters(
  meters: RecordKind<MeterOwnerId, BloodGlucoseMeter>,
  search: MeterQueries['search'],
): Operation {
  return Operation.of({
    method: 'get',
    path: METER_SEARCH,
    policy: policies.search,
    workload: 'reads',
    doc: () =>
      searchingDoc(meters.doc, meterSearchParameters, {
        operationId: 'search_blood_glucose_meters',
        summary: 'Search the blood glucose meters of all patients',
        description:
          'Without filters: all of them, latest verified first. A filter by phone checks the patient’s installation whose `uuid` is the meter’s `mobile_id`. A version of more than 1,000 bytes has no place in the order of versions.',
      }),
    prepare: (exchange) => {
      const read = readPageQuery(exchange, meterSearchParameters);
      if (read instanceof Problem) return read;
      const { query, after } = read;
      return async () => {
        const { total, ...page } = await search({ ...meterSearchOf(query), after });
        return pageAnswer(exchange, page, meters.show, total && { total });
      };
    },
  });
}
