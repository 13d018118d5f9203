import type { ReportName } from '@polaris-telemetry/client';

/** The reports that can be downloaded, with their names. */
export const DOWNLOADABLE = {
  adoption: 'Adoption',
  releases: 'Releases',
  outdated: 'Outdated versions',
  breakdown: 'Breakdown',
  meter_verification: 'Meter verification',
} as const satisfies Record<ReportName, string>;

export type Downloadable = keyof typeof DOWNLOADABLE;

/** The address of a report's table as a file; it takes the API's query. */
export function csvPath(report: Downloadable): string {
  return `${report.replace('_', '-')}.csv`;
}
