import { type ListAccesses, listAccesses } from './access/list-accesses.js';
import { type RecordAccess, recordAccess } from './access/record-access.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter/blood-glucose-meter.js';
import type { MeterQueries } from './blood-glucose-meter/meter-queries.js';
import { type BloodGlucoseMeterUseCases, bloodGlucoseMeterUseCases } from './blood-glucose-meter/use-cases.js';
import {
  type DeviceSummary,
  type PatientSummary,
  summariseDevices,
  summarisePatientDevices,
} from './device-summary/summarise-devices.js';
import type { ExportQueries } from './exports/export-queries.js';
import type { FleetQueries } from './fleet/fleet-queries.js';
import { dayOf } from './fleet/timeline.js';
import { type AdoptionPeriod, adoptionDays } from './fleet-reports/adoption-days.js';
import type { ProductQueries } from './fleet-reports/fleet-report-queries.js';
import { type FleetReports, fleetReports } from './fleet-reports/fleet-reports.js';
import type { ReportAnswers } from './fleet-reports/report-answers.js';
import type { DesktopDevice, Installation, MobileDevice } from './installation/installation.js';
import { type InstallationUseCases, installationUseCases } from './installation/use-cases.js';
import { type MeterVerification, type VerifyMeters, verifyMeters } from './meter-verification/verify-meters.js';
import { type PersonUseCases, personUseCases } from './person/use-cases.js';
import type { Clock } from './ports/clock.js';
import type { IdGenerator } from './ports/id-generator.js';
import type { Store } from './ports/store.js';
import { type ListUseCase, listRecords } from './records/list-records.js';
import { type ListRevisionsUseCase, listRevisions } from './revisions/list-revisions.js';
import type { Fault } from './values/fault.js';
import type { InstallationOwnerId, MeterOwnerId } from './values/ids.js';

/** The driving port: everything a program can do with the records of one store. */
export interface UseCases {
  /** Patients have phones. */
  readonly patientInstallations: InstallationUseCases<MobileDevice>;
  /** Clinicians have desktop computers. */
  readonly clinicianInstallations: InstallationUseCases<DesktopDevice>;
  readonly meters: BloodGlucoseMeterUseCases;
  /** Use cases that list records, page by page. */
  readonly lists: {
    readonly patientInstallations: ListUseCase<InstallationOwnerId, Installation<MobileDevice>>;
    readonly clinicianInstallations: ListUseCase<InstallationOwnerId, Installation<DesktopDevice>>;
    readonly meters: ListUseCase<MeterOwnerId, BloodGlucoseMeter>;
  };
  /** What support wants to know of a person's devices. */
  readonly summaries: {
    readonly patients: (patientId: MeterOwnerId) => Promise<PatientSummary>;
    readonly clinicians: (clinicianId: InstallationOwnerId) => Promise<DeviceSummary<DesktopDevice>>;
  };
  /** Finds patients by what they run. Throws InvalidPlaceError, NotBuiltError or UnavailableError. */
  readonly searchPatients: FleetQueries<MobileDevice>['search'];
  /** The same for clinicians. */
  readonly searchClinicians: FleetQueries<DesktopDevice>['search'];
  /** Figures across people. */
  readonly reports: {
    /** Answers a question about them once for each state; see {@link ReportAnswers}. */
    readonly once: ReportAnswers['once'];
    readonly products: ProductQueries['countProducts'];
    readonly patients: FleetReports<MobileDevice>;
    readonly clinicians: FleetReports<DesktopDevice>;
    /** The days of a period until today; see {@link adoptionDays}. */
    readonly adoptionDays: (period: AdoptionPeriod) => readonly number[] | Fault;
  };
  /** Finds meters of all patients. Throws InvalidPlaceError or UnavailableError. */
  readonly searchMeters: MeterQueries['search'];
  /** See {@link verifyMeters}. */
  readonly verifyMeters: (request: VerifyMeters) => Promise<MeterVerification>;
  /** What keeps who looked at whose data. */
  readonly recordAccess: RecordAccess;
  /** What lists who looked at whose data. */
  readonly listAccesses: ListAccesses;
  readonly people: PersonUseCases;
  /** What reads whole tables, chunk by chunk. */
  readonly exports: ExportQueries;
  /** What lists the states that a record went through. */
  readonly revisions: {
    readonly patientInstallations: ListRevisionsUseCase<InstallationOwnerId, Installation<MobileDevice>>;
    readonly clinicianInstallations: ListRevisionsUseCase<InstallationOwnerId, Installation<DesktopDevice>>;
    readonly meters: ListRevisionsUseCase<MeterOwnerId, BloodGlucoseMeter>;
  };
}

/** Returns the use cases for a store. */
export function useCasesOn(
  { patientInstallations, clinicianInstallations, meters, accessLog, personEraser, queries }: Store,
  outside: { clock: Clock; ids: IdGenerator },
): UseCases {
  return {
    patientInstallations: installationUseCases({ installations: patientInstallations, ...outside }),
    clinicianInstallations: installationUseCases({ installations: clinicianInstallations, ...outside }),
    meters: bloodGlucoseMeterUseCases({ meters, ...outside }),
    lists: {
      patientInstallations: listRecords({ queries: queries.patientInstallations }),
      clinicianInstallations: listRecords({ queries: queries.clinicianInstallations }),
      meters: listRecords({ queries: queries.meters }),
    },
    recordAccess: recordAccess({ accessLog, clock: outside.clock }),
    people: personUseCases({
      personEraser,
      erasures: queries.erasures,
      personalData: queries.personalData,
      ...outside,
    }),
    listAccesses: listAccesses({ accesses: queries.accesses }),
    summaries: {
      patients: summarisePatientDevices({ installations: queries.patientInstallations, meters: queries.meters }),
      clinicians: summariseDevices({ installations: queries.clinicianInstallations }),
    },
    searchPatients: (search) => queries.fleet.patients.search(search),
    searchClinicians: (search) => queries.fleet.clinicians.search(search),
    reports: {
      once: (question, work) => queries.reports.answers.once(question, work),
      products: () => queries.reports.products.countProducts(),
      patients: fleetReports({ queries: queries.reports.patients }),
      clinicians: fleetReports({ queries: queries.reports.clinicians }),
      adoptionDays: (period) => adoptionDays(period, dayOf(outside.clock.now())),
    },
    searchMeters: (search) => queries.allMeters.search(search),
    verifyMeters: verifyMeters({ meters: queries.allMeters }),
    exports: queries.exports,
    revisions: {
      patientInstallations: listRevisions({ revisions: queries.revisions.patientInstallations }),
      clinicianInstallations: listRevisions({ revisions: queries.revisions.clinicianInstallations }),
      meters: listRevisions({ revisions: queries.revisions.meters }),
    },
  };
}
