import type { Device, FleetQueries } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import { pageAnswer } from '../http/page.js';
import { readPageQuery } from '../http/page-token.js';
import { Problem } from '../http/problem.js';
import { searchingPeopleDoc } from '../openapi/search-docs.js';
import { Operation } from '../pipeline/operation.js';
import type { PeopleKind } from '../wire/people-filter.js';
import { peopleSearchPath } from '../wire/reports/report.js';
import { peopleSearch, showMember } from '../wire/search-people.js';
import type { InstallationRecords } from './installations.js';

/** GET: a page of the people of a kind and what they run, one result for each person and product. */
export function searchPeople<D extends Device>(
  kind: PeopleKind,
  { doc, show }: InstallationRecords<D>,
  search: FleetQueries<D>['search'],
): Operation {
  const { schema, searchOf } = peopleSearch<D>(kind);
  return Operation.of({
    method: 'get',
    path: peopleSearchPath(kind.owner),
    policy: policies.search,
    workload: 'reads',
    doc: () => searchingPeopleDoc(kind.owner, doc, schema),
    prepare: (exchange) => {
      const read = readPageQuery(exchange, schema);
      if (read instanceof Problem) return read;
      const { query, after } = read;
      return async () => {
        const { total, ...page } = await search({ ...searchOf(query), after });
        return pageAnswer(exchange, page, (member) => showMember(kind.owner, show, member), total && { total });
      };
    },
  });
}
