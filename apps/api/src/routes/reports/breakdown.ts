import type {
  DesktopDevice,
  Device,
  FleetReports,
  MobileDevice,
  ReportAnswers,
  UseCases,
} from '@polaris-telemetry/domain';
import { policies } from '../../auth/policies.js';
import { Forbidden } from '../../auth/policy.js';
import { READ_FLEET } from '../../auth/scopes.js';
import type { Exchange } from '../../http/exchange.js';
import { Problem } from '../../http/problem.js';
import { queryPairs, readQuery } from '../../http/query.js';
import { Operation, type Work } from '../../pipeline/operation.js';
import type { PeopleKind } from '../../wire/people-filter.js';
import { breakdownOf } from '../../wire/reports/breakdown.js';
import { breakdownDoc } from './fleet-report-docs.js';
import { reportAnswer } from './report.js';

/** The kinds of people, each with the texts of its devices. */
export interface BreakdownKinds {
  readonly patient: PeopleKind;
  readonly clinician: PeopleKind;
}

/** GET: people by what they run now. Its parameters depend on the audience. */
export function breakdown({ patient, clinician }: BreakdownKinds, reports: UseCases['reports']): Operation {
  const of = {
    patient: breakdownFor<MobileDevice>(patient, reports.patients, reports),
    clinician: breakdownFor<DesktopDevice>(clinician, reports.clinicians, reports),
  };
  // Documents both, and checks a request that names neither.
  const either = breakdownOf({
    owner: 'patient',
    fields: { ...clinician.fields, ...patient.fields },
    searchable: [...new Set([...patient.searchable, ...clinician.searchable])],
    versions: [...new Set([...patient.versions, ...clinician.versions])],
  }).schema;
  return Operation.of({
    method: 'get',
    path: '/dhos/v1/telemetry/reports/breakdown',
    policy: policies.reports,
    workload: 'reads',
    doc: () => breakdownDoc(either),
    prepare: (exchange, staff) => {
      const pairs = queryPairs(exchange.query);
      // A device's code names a person: permission is checked before the parameters.
      if (pairs.some(([name]) => name === 'unique_device_code') && !staff.hasScope(READ_FLEET)) {
        return Forbidden.lacking(READ_FLEET);
      }
      const audience = pairs.find(([name]) => name === 'audience')?.[1];
      if (audience === 'patient' || audience === 'clinician') return of[audience](exchange);
      const query = readQuery(exchange, either);
      return query instanceof Problem ? query : of[query.audience](exchange);
    },
  });
}

function breakdownFor<D extends Device>(
  kind: PeopleKind,
  reports: FleetReports<D>,
  answers: Pick<ReportAnswers, 'once'>,
) {
  const { schema, requestOf, write } = breakdownOf<D>(kind);
  return (exchange: Exchange): Work | Problem => {
    const query = readQuery(exchange, schema);
    if (query instanceof Problem) return query;
    return () =>
      reportAnswer(exchange, answers, async () =>
        write(await reports.breakdown(requestOf(query)), query, queryPairs(exchange.query)),
      );
  };
}
