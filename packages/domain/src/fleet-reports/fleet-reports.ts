import type { Device } from '../installation/installation.js';
import type { FleetReportQueries, GroupRequest } from './fleet-report-queries.js';
import { type Adoption, type AdoptionRequest, reportAdoption } from './report-adoption.js';
import { type Breakdown, reportBreakdown } from './report-breakdown.js';
import { type Outdated, type OutdatedRequest, reportOutdated } from './report-outdated.js';
import { type Releases, reportReleases } from './report-releases.js';

/** The reports on the people of one kind. Each throws NotBuiltError or UnavailableError. */
export interface FleetReports<D extends Device> {
  readonly adoption: (request: AdoptionRequest) => Promise<Adoption>;
  readonly releases: (request: { readonly appProduct: string }) => Promise<Releases>;
  readonly breakdown: (request: GroupRequest<D>) => Promise<Breakdown>;
  readonly outdated: (request: OutdatedRequest) => Promise<Outdated>;
}

/** Returns the reports on the people of one kind. */
export function fleetReports<D extends Device>(ports: { queries: FleetReportQueries<D> }): FleetReports<D> {
  return {
    adoption: reportAdoption(ports),
    releases: reportReleases(ports),
    breakdown: reportBreakdown(ports),
    outdated: reportOutdated(ports),
  };
}
