import type { UseCases } from '@polaris-telemetry/domain';
import { policies } from '../../auth/policies.js';
import { Forbidden } from '../../auth/policy.js';
import { READ_FLEET } from '../../auth/scopes.js';
import { Problem } from '../../http/problem.js';
import { queryPairs, readQuery } from '../../http/query.js';
import { reportingDoc } from '../../openapi/report-docs.js';
import { Operation } from '../../pipeline/operation.js';
import {
  meterVerificationParameters,
  meterVerificationSchema,
  verifyMetersOf,
  writeMeterVerification,
} from '../../wire/reports/meter-verification.js';
import { METER_SEARCH } from '../search-meters.js';
import { reportAnswer } from './report.js';

/** GET: how often patients confirm what their meters send. */
export function meterVerification({
  verifyMeters: verify,
  reports,
}: Pick<UseCases, 'verifyMeters' | 'reports'>): Operation {
  return Operation.of({
    method: 'get',
    path: '/dhos/v1/telemetry/reports/meter_verification',
    policy: policies.reports,
    workload: 'reads',
    doc: meterVerificationDoc,
    prepare: (exchange, staff) => {
      // A serial number names a patient's device: permission is checked before the parameters.
      const namesDevices = queryPairs(exchange.query).some(
        ([name, value]) => name === 'by' && value === 'serial_number',
      );
      if (namesDevices && !staff.hasScope(READ_FLEET)) return Forbidden.lacking(READ_FLEET);
      const query = readQuery(exchange, meterVerificationParameters);
      if (query instanceof Problem) return query;
      return () =>
        reportAnswer(exchange, reports, async () =>
          writeMeterVerification(await verify(verifyMetersOf(query)), query, METER_SEARCH),
        );
    },
  });
}

const FIGURES = { told: 50, disagree: 15, rate: 0.3, low: 0.191, high: 0.43754 };

const meterVerificationDoc = () =>
  reportingDoc({
    operationId: 'report_meter_verification',
    summary: 'How often patients confirm what their meters send',
    description:
      'How many verification readings the patients called wrong, of those they judged, overall and by group, and which group disagrees more than the rest. It shows how often people confirm what the meter sent. It does not measure a meter’s accuracy (ISO 15197): the patient compares the value in the app with the one on the meter’s display. Groups flagged `high` come first, then by `disagree` and `told`, descending, and by name. Readings whose phone is unknown form the group null, which has no `search`.',
    query: meterVerificationParameters,
    schema: meterVerificationSchema,
    example: {
      as_of: '2026-01-31T09:30:00.000Z',
      unit: 'meter',
      ...FIGURES,
      results: [
        {
          model: 'iPhone14,5',
          ...FIGURES,
          p_value: 1,
          q_value: 1,
          flag: null,
          search: `${METER_SEARCH}?latest=told&model=iPhone14%2C5`,
        },
      ],
      other: { groups: 0, told: 0, disagree: 0 },
    },
    csvExample: 'model,told,disagree,rate,low,high,p_value,q_value,flag,search\r\n',
  });
