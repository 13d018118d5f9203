import { EARLIEST_PLAUSIBLE } from '@polaris-telemetry/domain';
import { timestampText } from './timestamp-text.js';

/** The domain's `effectiveDate` as SQL: the date from which an installation counts. */
export function effectiveDateSql(firstUsed: string, created: string): string {
  const isImplausible = `${firstUsed} > ${created} or ${firstUsed} < timestamp '${timestampText(EARLIEST_PLAUSIBLE)}'`;
  return `case when ${isImplausible} then ${created} else ${firstUsed} end`;
}
