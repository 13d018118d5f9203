import { type AdoptionPeriod, isFault, type UseCases } from '@polaris-telemetry/domain';
import { z } from 'zod';
import { policies } from '../../auth/policies.js';
import type { Exchange } from '../../http/exchange.js';
import { invalid, Problem } from '../../http/problem.js';
import { type QuerySchema, queryPairs, readQuery } from '../../http/query.js';
import { Operation, type OperationDoc } from '../../pipeline/operation.js';
import { adoptionParameters, periodParameters, writeAdoption } from '../../wire/reports/adoption.js';
import { outdatedParameters, writeOutdated } from '../../wire/reports/outdated.js';
import { productsParameters, writeProducts } from '../../wire/reports/products.js';
import { releasesParameters, writeReleases } from '../../wire/reports/releases.js';
import type { Report } from '../../wire/reports/report.js';
import { adoptionDoc, outdatedDoc, productsDoc, releasesDoc } from './fleet-report-docs.js';
import { reportAnswer } from './report.js';

type Reports = UseCases['reports'];

/** The reports on people that are the same for patients and clinicians. */
export function fleetReportOperations(reports: Reports): Operation[] {
  const on = { patient: reports.patients, clinician: reports.clinicians };
  return [
    reporting(reports, 'products', productsDoc, productsParameters, async () =>
      writeProducts(await reports.products()),
    ),
    adoption(reports),
    reporting(reports, 'releases', releasesDoc, releasesParameters, async (query) =>
      writeReleases(await on[query.audience].releases({ appProduct: query.app_product }), query),
    ),
    reporting(reports, 'outdated', outdatedDoc, outdatedParameters, async (query, exchange) => {
      const report = await on[query.audience].outdated({ appProduct: query.app_product, below: query.below });
      const [, below = ''] = queryPairs(exchange.query).find(([name]) => name === 'below') ?? [];
      return writeOutdated(report, query, below);
    }),
  ];
}

/** GET: a report. */
function reporting<Query>(
  answers: Pick<Reports, 'once'>,
  name: string,
  doc: () => OperationDoc,
  parameters: QuerySchema<Query>,
  report: (query: Query, exchange: Exchange) => Promise<Report>,
): Operation {
  return Operation.of({
    method: 'get',
    path: `/dhos/v1/telemetry/reports/${name}`,
    policy: policies.reports,
    workload: 'reads',
    doc,
    prepare: (exchange) => {
      const query = readQuery(exchange, parameters);
      if (query instanceof Problem) return query;
      return () => reportAnswer(exchange, answers, () => report(query, exchange));
    },
  });
}

/** GET: who ran which version, day by day. Its days depend on the clock, which no schema knows. */
function adoption(reports: Reports): Operation {
  const on = { patient: reports.patients, clinician: reports.clinicians };
  return Operation.of({
    method: 'get',
    path: '/dhos/v1/telemetry/reports/adoption',
    policy: policies.reports,
    workload: 'reads',
    doc: adoptionDoc,
    prepare: (exchange) => {
      const query = readQuery(exchange, adoptionParameters);
      const days = daysAskedFor(exchange, reports);
      if (query instanceof Problem || days === undefined || days instanceof Problem) return invalid(query, days);
      const { app_product: appProduct, audience, top } = query;
      return () =>
        reportAnswer(exchange, reports, async () =>
          writeAdoption(await on[audience].adoption({ appProduct, days, top }), query),
        );
    },
  });
}

/** Returns undefined if the parameters of the period have faults of their own, which the query reports. */
function daysAskedFor(exchange: Exchange, reports: Reports): readonly number[] | Problem | undefined {
  const period = readQuery(exchange, z.looseObject(periodParameters));
  if (!(period instanceof Problem)) return daysOf(period, reports);
  // A fault of another part does not hide that it ends in the future.
  const end = readQuery(exchange, z.looseObject({ to: periodParameters.to }));
  return end instanceof Problem ? undefined : daysOf({ ...end, interval: 'month' }, reports);
}

function daysOf(period: AdoptionPeriod, { adoptionDays }: Reports): readonly number[] | Problem {
  const days = adoptionDays(period);
  if (!isFault(days)) return days;
  const path = days.code === 'to_in_future' ? '?to' : '?from';
  return new Problem(400, 'The query string is not valid.', { faults: [{ path, message: days.rule }] });
}
