import { OpenAPIHono } from '@hono/zod-openapi';
import type { UseCases } from '@polaris-telemetry/domain';
import { rawPath } from './http/raw-path.js';
import type { App, NodeBindings } from './http/received.js';
import { documentOf } from './openapi/document.js';
import { createHandler, type HandlerDependencies } from './pipeline/create-handler.js';
import type { Operation } from './pipeline/operation.js';
import type { Slots } from './pipeline/slots.js';
import { accessOperations } from './routes/accesses.js';
import { bloodGlucoseMeterOperations, meterRecords } from './routes/blood-glucose-meters.js';
import { clinicianInstallation } from './routes/clinician-installation.js';
import { type Dashboard, leadToDashboard, mountDashboard } from './routes/dashboard.js';
import { documentationOperations } from './routes/documentation.js';
import { erasureOperations } from './routes/erasures.js';
import { exporting } from './routes/exports.js';
import { installationOperations, installationRecords } from './routes/installations.js';
import { ownerListOperations } from './routes/owner-lists.js';
import { patientInstallation } from './routes/patient-installation.js';
import { readingPersonalData } from './routes/personal-data.js';
import { breakdown } from './routes/reports/breakdown.js';
import { fleetReportOperations } from './routes/reports/fleet-reports.js';
import { meterVerification } from './routes/reports/meter-verification.js';
import { searchMeters } from './routes/search-meters.js';
import { searchPeople } from './routes/search-people.js';
import { type SystemDependencies, systemOperations } from './routes/system.js';
import { createUnmatchedHandler } from './routes/unmatched.js';

export interface AppDependencies extends HandlerDependencies, SystemDependencies {
  readonly useCases: UseCases;
  /** In bytes. */
  readonly bodyLimit: number;
  /** For operations that read whole tables, or everything about a person. */
  readonly exportSlots: Slots;
  /** Makes the pages for people, over the application itself; absent: there are none. */
  readonly dashboardOver?: ((call: CallApp) => Dashboard) | undefined;
}

/** Calls the application within the process: no port, no hop. */
export type CallApp = (url: string, init: RequestInit) => Promise<Response>;

/** Returns all kinds of records. */
export function recordKinds(bodyLimit: number) {
  return {
    patients: installationRecords(patientInstallation, bodyLimit),
    clinicians: installationRecords(clinicianInstallation, bodyLimit),
    meters: meterRecords(bodyLimit),
  };
}

/** All endpoints. What is mounted, documented and tested follows from this list. */
export function operationsOf(dependencies: AppDependencies): readonly Operation[] {
  const { useCases, bodyLimit, production, exportSlots } = dependencies;
  const records = recordKinds(bodyLimit);
  const { patients, clinicians, meters } = records;
  const seeding = { acceptSeeded: !production };
  return [
    ...systemOperations(dependencies),
    ...installationOperations(patientInstallation, patients, useCases.patientInstallations, seeding),
    ...installationOperations(clinicianInstallation, clinicians, useCases.clinicianInstallations, seeding),
    ...bloodGlucoseMeterOperations(meters, useCases.meters),
    ...ownerListOperations(records, useCases),
    searchPeople(patientInstallation, patients, useCases.searchPatients),
    searchPeople(clinicianInstallation, clinicians, useCases.searchClinicians),
    searchMeters(meters, useCases.searchMeters),
    ...fleetReportOperations(useCases.reports),
    breakdown({ patient: patientInstallation, clinician: clinicianInstallation }, useCases.reports),
    meterVerification(useCases),
    ...accessOperations(useCases),
    readingPersonalData(useCases.people, { patients, clinicians, meters }, exportSlots),
    ...erasureOperations(useCases.people, bodyLimit),
    exporting(records, useCases.exports, exportSlots),
  ];
}

/** What Hono routes by: Node's target if there is one, for a Request's URL is normalised. */
function pathFrom(request: Request, options?: { readonly env?: NodeBindings }): string {
  return rawPath(options?.env?.incoming?.url ?? request.url);
}

/** Returns the application: Hono with every operation mounted. */
export function createApp(dependencies: AppDependencies): App {
  const app: App = new OpenAPIHono({ getPath: pathFrom });
  const { dashboardOver, observer, version, production } = dependencies;
  const operations: readonly Operation[] = [
    ...operationsOf(dependencies),
    // The document describes itself too.
    ...documentationOperations(() => documentOf(app, operations, version.version), production),
    ...(dashboardOver === undefined ? [] : [leadToDashboard()]),
  ];
  for (const operation of operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method.toUpperCase(), path, createHandler(operation, dependencies));
  }
  if (dashboardOver !== undefined) {
    mountDashboard(
      app,
      dashboardOver(async (url, init) => app.fetch(new Request(url, init))),
      observer,
    );
  }
  app.notFound(createUnmatchedHandler(app, observer));
  return app;
}
