import type { AccessLog, AccessQueries } from '../access/access-log.js';
import type { BloodGlucoseMeter } from '../blood-glucose-meter/blood-glucose-meter.js';
import type { BloodGlucoseMeterRepository } from '../blood-glucose-meter/blood-glucose-meter.repository.js';
import type { MeterQueries } from '../blood-glucose-meter/meter-queries.js';
import type { ExportQueries } from '../exports/export-queries.js';
import type { FleetQueries } from '../fleet/fleet-queries.js';
import type { FleetReportQueries, ProductQueries } from '../fleet-reports/fleet-report-queries.js';
import type { ReportAnswers } from '../fleet-reports/report-answers.js';
import type { DesktopDevice, Installation, MobileDevice } from '../installation/installation.js';
import type { InstallationRepository } from '../installation/installation.repository.js';
import type { InstallationQueries } from '../installation/installation-queries.js';
import type { ErasureQueries, PersonEraser } from '../person/erasure.js';
import type { PersonalDataQueries } from '../person/personal-data.js';
import type { RecordQueries } from '../records/record-queries.js';
import type { RevisionQueries } from '../revisions/revision-queries.js';
import type { InstallationOwnerId, MeterOwnerId } from '../values/ids.js';
import type { DataEraser } from './data-eraser.js';
import type { DatabaseProbe } from './database-probe.js';

/** Every driven port that one store provides. */
export interface Store {
  readonly patientInstallations: InstallationRepository<MobileDevice>;
  readonly clinicianInstallations: InstallationRepository<DesktopDevice>;
  readonly meters: BloodGlucoseMeterRepository;
  readonly accessLog: AccessLog;
  readonly personEraser: PersonEraser;
  readonly queries: StoreQueries;
  readonly eraser: DataEraser;
  readonly probe: DatabaseProbe;
}

/** What reads more than one record at a time. */
export interface StoreQueries {
  readonly accesses: AccessQueries;
  readonly erasures: ErasureQueries;
  readonly personalData: PersonalDataQueries;
  readonly patientInstallations: InstallationQueries<MobileDevice>;
  readonly clinicianInstallations: InstallationQueries<DesktopDevice>;
  readonly meters: RecordQueries<MeterOwnerId, BloodGlucoseMeter>;
  readonly fleet: {
    readonly patients: FleetQueries<MobileDevice>;
    readonly clinicians: FleetQueries<DesktopDevice>;
  };
  /** Figures across people. */
  readonly reports: {
    readonly answers: ReportAnswers;
    readonly products: ProductQueries;
    readonly patients: FleetReportQueries<MobileDevice>;
    readonly clinicians: FleetReportQueries<DesktopDevice>;
  };
  /** The meters of all patients. */
  readonly allMeters: MeterQueries;
  readonly exports: ExportQueries;
  readonly revisions: {
    readonly patientInstallations: RevisionQueries<InstallationOwnerId, Installation<MobileDevice>>;
    readonly clinicianInstallations: RevisionQueries<InstallationOwnerId, Installation<DesktopDevice>>;
    readonly meters: RevisionQueries<MeterOwnerId, BloodGlucoseMeter>;
  };
}
