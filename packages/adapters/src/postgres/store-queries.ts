import type { StoreQueries } from '@polaris-telemetry/domain';
import { accessQueries } from './access/access-queries.js';
import type { Readers } from './connect-readers.js';
import { recordExport } from './exports/record-export.js';
import { revisionExport } from './exports/revision-export.js';
import { fleetReportQueries, productQueries } from './fleet/queries/fleet-reports.js';
import { fleetQueries } from './fleet/queries/fleet-search.js';
import { installationQueries } from './lists/installation-queries.js';
import { latestVerifiedFirst } from './lists/meter-order.js';
import { recordQueries } from './lists/record-list.js';
import { revisionQueries } from './lists/revision-list.js';
import { bloodGlucoseMeters } from './mappings/blood-glucose-meters.js';
import { desktopInstallations } from './mappings/desktop-installations.js';
import { mobileInstallations } from './mappings/mobile-installations.js';
import { meterQueries } from './meters/meter-queries.js';
import { erasureQueries } from './person/erasure-queries.js';

/** Everything that reads more than one record at a time, except what is held on one person. */
export function storeQueries({ reads, reports, exporting }: Readers): Omit<StoreQueries, 'personalData'> {
  return {
    accesses: accessQueries(reads),
    erasures: erasureQueries(reads),
    patientInstallations: installationQueries(reads, mobileInstallations),
    clinicianInstallations: installationQueries(reads, desktopInstallations),
    meters: recordQueries(reads, { ...bloodGlucoseMeters, order: latestVerifiedFirst(bloodGlucoseMeters.table) }),
    fleet: {
      patients: fleetQueries(reads, mobileInstallations),
      clinicians: fleetQueries(reads, desktopInstallations),
    },
    reports: {
      answers: reports,
      products: productQueries(reports),
      patients: fleetReportQueries(reports, mobileInstallations.table),
      clinicians: fleetReportQueries(reports, desktopInstallations.table),
    },
    allMeters: meterQueries(reads, reports, bloodGlucoseMeters),
    exports: {
      patientInstallations: recordExport(exporting, mobileInstallations.table),
      clinicianInstallations: recordExport(exporting, desktopInstallations.table),
      meters: recordExport(exporting, bloodGlucoseMeters.table),
      revisions: revisionExport(exporting, {
        patientInstallations: mobileInstallations,
        clinicianInstallations: desktopInstallations,
        meters: bloodGlucoseMeters,
      }),
    },
    revisions: {
      patientInstallations: revisionQueries(reads, mobileInstallations),
      clinicianInstallations: revisionQueries(reads, desktopInstallations),
      meters: revisionQueries(reads, bloodGlucoseMeters),
    },
  };
}
